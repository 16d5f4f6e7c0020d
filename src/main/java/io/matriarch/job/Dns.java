package io.matriarch.job;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes records of DNS and sees that every authoritative server answers the change.
 *
 * <p>A DNS server knows nothing of runs, so no guard on its side refuses an older owner of the
 * herd. In its place stand, immediately before each update: the lease of the run; a look into our
 * own database that this attempt still owns its run and that nobody reserved a later term; and the
 * values that the record must have as the update's own precondition, so that an update that was
 * delayed after all of this fails once the record has moved on. Should it have moved back by then,
 * the server refuses the update for its age: its signature is good for half a minute after these
 * looks.
 */
public interface Dns {

  /** What a server has: no value if it has no such record. */
  record Seen(List<String> values, @Nullable Integer ttl) {
    public Seen {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return values.isEmpty() ? "nothing" : String.join(" and ", values);
    }
  }

  /** What the server that takes updates has now. */
  Seen look(DnsRef record) throws StepFailed, InterruptedException;

  /**
   * Sets the record to one value and its own TTL; if it has them already, nothing is sent.
   *
   * @param from the values that it must have until then
   * @throws StepFailed if it has others, or if it is not known whether it was changed
   */
  void move(DnsRef record, List<String> from, String to) throws StepFailed, InterruptedException;

  /** Changes the TTL alone; the next move sets the record's own again. */
  void lowerTtl(DnsRef record, String value, Duration ttl) throws StepFailed, InterruptedException;

  /**
   * Asks every authoritative server until all answer the value.
   *
   * @throws StepFailed naming those that do not within the limit, with what they answer
   */
  void awaitEverywhere(DnsRef record, String value, Duration limit)
      throws StepFailed, InterruptedException;
}
