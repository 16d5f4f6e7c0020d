package io.matriarch.bench;

import io.matriarch.lab.CommitGaps;
import io.matriarch.lab.SetChecker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.awaitility.Awaitility;

/**
 * What clients felt of one switch.
 *
 * @param millis the longest time between two commits of one client
 * @param failures statements that were not acknowledged, and connections refused
 * @param lost acknowledged rows that are not there
 */
record Felt(
    double millis, long failures, int lost, Instant from, Instant to, Set<String> messages) {

  private static final int WARM = 50;

  /** Starts clients, switches when all of them write, and waits until all of them do so again. */
  static Felt of(Contestant contestant, String password, int clients, Duration between)
      throws Exception {
    try (SetChecker load = clients(contestant.url(), password, clients, between, WARM)) {
      contestant.switchOver();
      return of(load, System.nanoTime());
    }
  }

  /** Clients of which each has written for so many times the pause between its inserts. */
  static SetChecker clients(String url, String password, int clients, Duration between, int inserts)
      throws SQLException {
    SetChecker load = new SetChecker(url, "app", password, between).start(clients);
    long warm = System.nanoTime() + between.multipliedBy(inserts).toNanos();
    awaitCommits(load, warm);
    load.begin();
    return load;
  }

  /** Ends the clients, once each has committed after the switch was over. */
  static Felt of(SetChecker load, long over) throws Exception {
    awaitCommits(load, over);
    CommitGaps.Gap gap = load.longestGap();
    int lost = load.lost().size();
    Instant now = Instant.now();
    long nanos = System.nanoTime();
    return new Felt(
        gap.millis(),
        load.failures(),
        lost,
        now.minusNanos(nanos - gap.from()),
        now.minusNanos(nanos - gap.to()),
        load.errors());
  }

  private static void awaitCommits(SetChecker load, long since) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> load.allCommittedSince(since));
  }
}
