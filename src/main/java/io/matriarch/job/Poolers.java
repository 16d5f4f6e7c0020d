package io.matriarch.job;

import java.time.Duration;
import java.util.Optional;

/**
 * Pauses clients at a PgBouncer and leads them elsewhere. A pause belongs to its run: a later
 * attempt takes it over, and it ends by itself at its expiry whatever becomes of the console.
 */
public interface Poolers extends AutoCloseable {

  /** Where a pooler leads its clients. */
  record Server(String address, int port) {
    @Override
    public String toString() {
      return address + ":" + port;
    }
  }

  /**
   * Pauses the pooler's databases and whatever else leads to that server, or none.
   *
   * @param expiry armed on the pooler's host before the pause; it ends the pause if nobody did
   * @param limit how long open transactions may take
   */
  void pause(PoolerRef pooler, Server from, Duration expiry, Duration limit)
      throws StepFailed, InterruptedException;

  /** How much longer the pause holds; fails if it does not hold everywhere any more. */
  Duration held(PoolerRef pooler, Server from) throws StepFailed, InterruptedException;

  /** Ends the pause of this run; if there is none, that is fine. */
  void resume(PoolerRef pooler) throws StepFailed, InterruptedException;

  /** Prepares on the pooler's host what {@link #pointAndResume} puts in place. */
  void stage(PoolerRef pooler, Server from, Server to) throws StepFailed, InterruptedException;

  /** Leads the databases to a server without a pause and proves it; sessions elsewhere end. */
  void point(PoolerRef pooler, Server to) throws StepFailed, InterruptedException;

  /**
   * Ends sessions that wait for a server that the pooler led to before, and with them all others of
   * the same database there: no older pooler can end a single one.
   *
   * @param patience that they are given
   * @return how many waited
   */
  int endStranded(PoolerRef pooler, Duration patience) throws StepFailed, InterruptedException;

  /** Leads the databases to a server, proves it, and ends the pause of this run. */
  void pointAndResume(PoolerRef pooler, Server from, Server to)
      throws StepFailed, InterruptedException;

  /**
   * Starts a probe that writes through the pooler as a client does, until it is ended or {@code
   * longest} is over.
   */
  void beginProbe(PoolerRef pooler, String login, Duration longest)
      throws StepFailed, InterruptedException;

  /**
   * What a probe felt that writes as a client does.
   *
   * @param longest that one write took, waiting included
   * @param failed of these writes, and connections that ended
   * @param words the same in a sentence
   */
  record Felt(int writes, Duration longest, int failed, String words) {}

  /** What the probe of this run has felt so far, if there is one. */
  Optional<Felt> readProbe(PoolerRef pooler) throws StepFailed, InterruptedException;

  /** Ends the probe of this run, if there is one; what it felt, told once. */
  Optional<Felt> endProbe(PoolerRef pooler) throws StepFailed, InterruptedException;

  /** Ends what it keeps open between its verbs, if anything. */
  @Override
  default void close() {}
}
