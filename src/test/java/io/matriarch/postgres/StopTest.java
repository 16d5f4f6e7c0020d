package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.postgres.Stop.Down;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What proves that a real server is down, and what does not. */
class StopTest {

  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = TestCluster.primary();
  }

  @AfterEach
  void remove() throws Exception {
    cluster.close();
  }

  private LocalCommands.Output stop(int limit, int immediate) throws Exception {
    return TestCluster.answer(
        Stop.command(
            cluster.at(),
            Duration.ofSeconds(limit),
            Duration.ofSeconds(5),
            "",
            Duration.ofSeconds(immediate)));
  }

  private long postmaster() throws Exception {
    return Objects.requireNonNull(cluster.observe().pid());
  }

  @Test
  void a_clean_stop_tells_where_its_wal_ends_and_twice_the_same() throws Exception {
    String written = cluster.sql("select pg_current_wal_lsn()");

    Optional<Down> down = Stop.read(stop(60, 0));

    assertThat(down.orElseThrow().isClean()).isTrue();
    assertThat(down.get().timeline()).isEqualTo(1);
    assertThat(position(down.get().checkpoint())).isGreaterThanOrEqualTo(position(written));
    assertThat(Stop.read(stop(60, 0))).isEqualTo(down);
  }

  private static long position(String lsn) {
    String[] parts = lsn.split("/");
    return (Long.parseLong(parts[0], 16) << 32) + Long.parseLong(parts[1], 16);
  }

  @Test
  void after_a_crash_no_clean_end_is_claimed() throws Exception {
    cluster.stop("immediate");

    assertThat(Stop.read(stop(60, 0)).orElseThrow().isClean()).isFalse();
  }

  @Test
  void a_process_that_outlives_its_postmaster_is_not_down() throws Exception {
    long checkpointer =
        Long.parseLong(
            cluster.sql("select pid from pg_stat_activity where backend_type = 'checkpointer'"));
    long postmaster = postmaster();
    cluster.signal("STOP", checkpointer);
    try {
      cluster.signal("KILL", postmaster);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> ProcessHandle.of(postmaster).map(p -> !p.isAlive()).orElse(true));

      LocalCommands.Output output = stop(60, 0);

      assertThat(Stop.read(output)).isEmpty();
      assertThat(output.stderr()).contains("its postmaster is gone, but 1 of its processes");

      LocalCommands.Output fenced = stop(60, 1);

      assertThat(fenced.stdout()).contains("ended %d by KILL".formatted(checkpointer));
      assertThat(Stop.read(fenced).orElseThrow().isClean()).isFalse();
    } finally {
      cluster.signal("KILL", checkpointer);
    }
  }

  @Test
  void what_takes_no_signal_is_ended_when_it_must_and_proves_no_clean_end() throws Exception {
    long checkpointer =
        Long.parseLong(
            cluster.sql("select pid from pg_stat_activity where backend_type = 'checkpointer'"));
    cluster.signal("STOP", checkpointer);

    LocalCommands.Output held = stop(2, 0);
    LocalCommands.Output ended = stop(60, 1);

    assertThat(Stop.read(held)).isEmpty();
    assertThat(held.stderr()).contains("still runs after 2 s");
    assertThat(ended.stdout()).contains("stopped immediate");
    assertThat(Stop.read(ended).orElseThrow().isClean()).isFalse();
  }

  @Test
  void a_frozen_postmaster_is_killed_with_all_its_processes_when_it_must_end() throws Exception {
    long postmaster = postmaster();
    cluster.signal("STOP", postmaster);

    LocalCommands.Output held = stop(2, 0);
    LocalCommands.Output ended = stop(60, 1);

    assertThat(held.stderr()).contains("still runs after 2 s");
    assertThat(ended.stdout()).contains("ended %d by KILL".formatted(postmaster));
    assertThat(Stop.read(ended).orElseThrow().isClean()).isFalse();
  }
}
