package io.matriarch.store;

import java.time.Instant;
import java.util.Optional;

/**
 * What a key says of a herd: who is primary, or that nobody knows before a deadline. Claims are
 * ordered by their term; see {@link #outrankedBy}.
 */
public sealed interface Claim {

  /** Of the reign; it never decreases. */
  long term();

  /** PostgreSQL's, as it prints it. */
  String systemIdentifier();

  /** The name of the herd, for people who read the key. */
  String herd();

  /** When it was written, by the writer's clock. */
  Instant at();

  /** The member at this address accepts the herd's writes. */
  record Primary(
      long term,
      String systemIdentifier,
      int timeline,
      String host,
      int port,
      String herd,
      Instant at)
      implements Claim {

    public Primary {
      require(term, systemIdentifier);
      if (timeline < 1 || host.isBlank() || port < 1 || port > 65_535) {
        throw new IllegalArgumentException(
            "not a primary: %s:%d on timeline %d".formatted(host, port, timeline));
      }
    }

    private boolean isWhere(Primary other) {
      return host.equals(other.host) && port == other.port;
    }

    @Override
    public String toString() {
      return "primary %s:%d on timeline %d, term %d".formatted(host, port, timeline, term);
    }
  }

  /**
   * The herd changes its primary: who read an address before must not use it.
   *
   * @param until after this the switch has failed or hangs, and the key is no longer kept: ask the
   *     console
   */
  record Switching(long term, String systemIdentifier, String herd, Instant until, Instant at)
      implements Claim {

    public Switching {
      require(term, systemIdentifier);
    }

    @Override
    public String toString() {
      return "switching until %s, term %d".formatted(until, term);
    }
  }

  private static void require(long term, String systemIdentifier) {
    if (term < 1 || !systemIdentifier.matches("\\d{1,20}")) {
      throw new IllegalArgumentException(
          "not a term and a system identifier: %d, %s".formatted(term, systemIdentifier));
    }
  }

  /** Whether it says the same as another one, whenever each was written. */
  default boolean says(Claim other) {
    return switch (this) {
      case Primary mine ->
          other instanceof Primary its
              && mine.term == its.term
              && mine.systemIdentifier.equals(its.systemIdentifier)
              && mine.timeline == its.timeline
              && mine.herd.equals(its.herd)
              && mine.isWhere(its);
      case Switching mine ->
          other instanceof Switching its
              && mine.term == its.term
              && mine.systemIdentifier.equals(its.systemIdentifier)
              && mine.herd.equals(its.herd)
              && mine.until.equals(its.until);
    };
  }

  /**
   * Why this must not replace another one; empty if it may. A term has one primary: it is said once
   * that the herd switches, once who leads it, and never back.
   */
  default Optional<String> outrankedBy(Claim there) {
    if (!systemIdentifier().equals(there.systemIdentifier())) {
      return Optional.of(
          "it speaks of another database, system identifier " + there.systemIdentifier());
    }
    if (term() != there.term()) {
      return term() > there.term()
          ? Optional.empty()
          : Optional.of("its term %d is above %d".formatted(there.term(), term()));
    }
    return switch (there) {
      case Switching its when this instanceof Switching mine && mine.until.isBefore(its.until) ->
          Optional.of("it says so until " + its.until + " already");
      case Switching its -> Optional.empty();
      case Primary its when !(this instanceof Primary) ->
          Optional.of("term %d has its primary already".formatted(term()));
      case Primary its when this instanceof Primary mine && !mine.isWhere(its) ->
          Optional.of("term %d has another primary".formatted(term()));
      case Primary its when this instanceof Primary mine && mine.timeline < its.timeline ->
          Optional.of("its timeline %d is above %d".formatted(its.timeline, mine.timeline));
      case Primary its -> Optional.empty();
    };
  }
}
