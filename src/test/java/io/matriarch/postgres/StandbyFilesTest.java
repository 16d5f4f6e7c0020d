package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.postgres.StandbyFiles.Verb;
import io.matriarch.postgres.Stop.Down;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a stopped server, and what a real one does with them. */
class StandbyFilesTest {

  private static final String FORMER =
      "# Do not edit\nwork_mem = '8MB'\nprimary_conninfo = 'host=gone'\nprimary_slot_name='old'\n";
  private static final String SETTINGS = StandbyFiles.settings("host='db2' password='s'", "slot_1");

  @TempDir Path data;

  @BeforeEach
  void cluster() throws IOException {
    Files.writeString(data.resolve("PG_VERSION"), "15\n");
    Files.writeString(data.resolve("postgresql.auto.conf"), FORMER);
  }

  @Test
  void staging_changes_nothing_that_a_server_reads() throws Exception {
    assertThat(run(Verb.STAGE)).isZero();

    assertThat(configuration()).isEqualTo(FORMER);
    assertThat(data.resolve("standby.signal")).doesNotExist();
    Path staged = data.resolve("matriarch.run-7.standby");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(staged)))
        .isEqualTo("rw-------");
  }

  @Test
  void applied_it_starts_as_a_standby_of_the_candidate_only() throws Exception {
    run(Verb.STAGE);

    assertThat(run(Verb.APPLY)).isZero();

    assertThat(data.resolve("standby.signal")).exists();
    assertThat(configuration()).isEqualTo("# Do not edit\nwork_mem = '8MB'\n" + SETTINGS);
    assertThat(run(Verb.APPLY)).as("twice").isZero();
    assertThat(configuration()).isEqualTo("# Do not edit\nwork_mem = '8MB'\n" + SETTINGS);
  }

  @Test
  void withdrawn_it_is_what_it_was() throws Exception {
    run(Verb.STAGE);
    run(Verb.APPLY);

    assertThat(run(Verb.WITHDRAW)).isZero();
    assertThat(run(Verb.WITHDRAW)).as("twice").isZero();

    assertThat(configuration()).isEqualTo(FORMER);
    assertThat(names()).isEqualTo("PG_VERSION postgresql.auto.conf");
  }

  @Test
  void what_was_only_staged_is_withdrawn_too() throws Exception {
    run(Verb.STAGE);

    assertThat(run(Verb.WITHDRAW)).isZero();

    assertThat(names()).isEqualTo("PG_VERSION postgresql.auto.conf");
  }

  @Test
  void settled_only_the_configuration_stays() throws Exception {
    run(Verb.STAGE);
    run(Verb.APPLY);

    assertThat(run(Verb.SETTLE)).isZero();

    assertThat(names()).isEqualTo("PG_VERSION postgresql.auto.conf standby.signal");
  }

  @Test
  void a_fence_that_two_runs_put_up_is_lifted_to_what_was_there_before_the_first()
      throws Exception {
    Files.setLastModifiedTime(
        data.resolve("postgresql.auto.conf"), FileTime.from(Instant.parse("2026-01-01T12:00:00Z")));
    run(Verb.STAGE);
    run(Verb.APPLY);
    run("run-8", Verb.STAGE);
    run("run-8", Verb.APPLY);

    assertThat(run("run-9", Verb.LIFT)).isZero();
    assertThat(run("run-9", Verb.LIFT)).as("twice").isZero();

    assertThat(configuration()).isEqualTo(FORMER);
    assertThat(names()).isEqualTo("PG_VERSION postgresql.auto.conf");
  }

  @Test
  void nothing_is_applied_that_was_not_staged() throws Exception {
    assertThat(run(Verb.APPLY)).isEqualTo(99);

    assertThat(configuration()).isEqualTo(FORMER);
    assertThat(data.resolve("standby.signal")).doesNotExist();
  }

  @Test
  void whoever_ran_the_server_since_it_was_proven_down_is_seen() throws Exception {
    try (TestCluster cluster = TestCluster.primary()) {
      cluster.stop("fast");
      Down proven = down(cluster);
      files(cluster, Verb.STAGE);

      assertThat(applied(cluster)).contains(proven);
      assertThat(applied(cluster)).as("twice").contains(proven);

      files(cluster, Verb.WITHDRAW);
      files(cluster, Verb.STAGE);
      cluster.start();
      cluster.stop("fast");
      assertThat(applied(cluster)).isPresent().get().isNotEqualTo(proven);
      assertThat(applied(cluster).orElseThrow().isClean()).isTrue();
    }
  }

  @Test
  void nothing_but_its_state_tells_of_a_server_that_was_killed_after_a_short_life()
      throws Exception {
    try (TestCluster cluster = TestCluster.primary()) {
      cluster.stop("fast");
      Down proven = down(cluster);
      files(cluster, Verb.STAGE);
      cluster.start();
      cluster.sql("create table lost ()");
      cluster.stop("immediate");

      Down now = applied(cluster).orElseThrow();

      assertThat(now.checkpoint()).isEqualTo(proven.checkpoint());
      assertThat(now.state()).isEqualTo("in production");
    }
  }

  @Test
  void a_real_server_starts_as_a_standby_and_after_withdrawal_as_a_primary() throws Exception {
    try (TestCluster cluster = TestCluster.primary()) {
      cluster.stop("fast");
      files(cluster, Verb.STAGE);
      files(cluster, Verb.APPLY);
      cluster.start();
      assertThat(cluster.sql("select pg_is_in_recovery()")).isEqualTo("t");
      assertThat(files(cluster, Verb.APPLY).exit()).as("while it runs").isEqualTo(99);

      cluster.stop("fast");
      assertThat(files(cluster, Verb.WITHDRAW).exit()).isZero();
      cluster.start();
      assertThat(cluster.sql("select pg_is_in_recovery()")).isEqualTo("f");
    }
  }

  private static Down down(TestCluster cluster) throws Exception {
    Duration limit = Duration.ofSeconds(20);
    LocalCommand stop = Stop.command(cluster.at(), limit, limit, "");
    return Stop.read(TestCluster.answer(stop)).orElseThrow();
  }

  private static Optional<Down> applied(TestCluster cluster) throws Exception {
    return StandbyFiles.applied(files(cluster, Verb.APPLY));
  }

  private static Output files(TestCluster cluster, Verb verb) throws Exception {
    String settings = verb == Verb.STAGE ? SETTINGS : "";
    return TestCluster.answer(StandbyFiles.command(cluster.at(), verb, "run-7", settings));
  }

  private String configuration() throws IOException {
    return Files.readString(data.resolve("postgresql.auto.conf"));
  }

  private String names() {
    String[] names = data.toFile().list();
    assertThat(names).isNotNull();
    java.util.Arrays.sort(names);
    return String.join(" ", names);
  }

  private int run(Verb verb) throws Exception {
    return run("run-7", verb);
  }

  private int run(String token, Verb verb) throws Exception {
    Cluster cluster = new Cluster(data.toString(), "postgres", 5432, null, null);
    LocalCommand command = StandbyFiles.command(cluster, verb, token, SETTINGS);
    Process process =
        new ProcessBuilder(command.arguments())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (java.io.OutputStream in = process.getOutputStream()) {
      in.write(command.stdin().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It reads its input only when it stages.
    }
    return process.waitFor();
  }
}
