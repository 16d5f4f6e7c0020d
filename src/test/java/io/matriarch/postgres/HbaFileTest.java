package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.HbaFile.Verb;
import io.matriarch.postgres.LocalCommands.Output;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server that lets nobody in but its owner, and what it takes to be sure of that. */
class HbaFileTest {

  private static final String ADDRESS = "127.0.0.47";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private TestCluster cluster;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    cluster = TestCluster.primary();
    cluster.listen(ADDRESS, null, directory);
    cluster.sql("create role app login password 'secret'");
  }

  @AfterEach
  void remove() throws Exception {
    cluster.close();
  }

  @Test
  void whoever_connects_is_refused_until_it_is_taken_back() throws Exception {
    String before = hba();
    assertThat(knock(0)).contains("no password supplied");

    refuse();

    assertThat(knock(10)).isEqualTo("refused");
    assertThat(cluster.sql("select 1")).as("its owner, by the socket").isEqualTo("1");
    String changed = hba();
    refuse();
    assertThat(hba()).as("twice").isEqualTo(changed).endsWith(before);
    cluster.stop("fast");
    cluster.start();
    assertThat(knock(0)).as("after a restart").isEqualTo("refused");

    admit();
    admit();

    assertThat(hba()).isEqualTo(before);
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(knock(0)).contains("no password supplied"));
  }

  @Test
  void what_others_changed_in_the_file_meanwhile_stays() throws Exception {
    refuse();
    TestCluster.run("sh", "-c", "echo 'host all app 10.0.0.0/8 reject' >> \"$0\"", file());

    admit();

    assertThat(hba()).doesNotContain("matriarch").endsWith("host all app 10.0.0.0/8 reject\n");
  }

  @Test
  void made_a_standby_or_lifted_it_lets_clients_in_again() throws Exception {
    for (StandbyFiles.Verb verb : List.of(StandbyFiles.Verb.APPLY, StandbyFiles.Verb.LIFT)) {
      refuse();
      cluster.stop("fast");
      TestCluster.answer(
          StandbyFiles.command(
              cluster.at(), StandbyFiles.Verb.STAGE, "run-1", StandbyFiles.settings("", "")));

      Output done = TestCluster.answer(StandbyFiles.command(cluster.at(), verb, "run-1", ""));

      assertThat(done.exit()).as(done.stderr()).isZero();
      assertThat(hba()).doesNotContain("matriarch");
      cluster.start();
    }
  }

  @Test
  void a_refusal_without_a_line_of_ours_is_no_proof() throws Exception {
    TestCluster.run("sh", "-c", "sed -i '/^host/d' \"$0\"", file());
    cluster.sql("select pg_reload_conf()");
    Awaitility.await().atMost(LIMIT).until(() -> knock(0).contains("no pg_hba.conf entry"));
    String said = knock(0);

    assertThat(knock(0, said)).isEqualTo(said);
    refuse();
    assertThat(knock(10, said)).isEqualTo("refused");
  }

  @Test
  void a_line_that_cannot_be_read_is_named_since_the_old_rules_go_on() throws Exception {
    assertThat(answer(HbaFile.FAULTS)).isEmpty();
    TestCluster.run("sh", "-c", "echo 'host all all nonsense' >> \"$0\"", file());

    assertThat(answer(HbaFile.FAULTS))
        .singleElement()
        .satisfies(row -> assertThat(row.getFirst()).isEqualTo("wrong"))
        .satisfies(row -> assertThat(row.getLast()).contains("end-of-line"));
  }

  @Test
  void sessions_are_ended_until_none_is_left_and_all_wal_is_on_disk() throws Exception {
    String url = "jdbc:postgresql://%s:%d/postgres".formatted(ADDRESS, cluster.at().port());
    try (Connection client = DriverManager.getConnection(url, "app", "secret")) {
      assertThat(client.isValid(5)).isTrue();
      assertThat(others()).isEqualTo(1);

      for (Duration still : List.of(Duration.ZERO, Duration.ofMillis(100))) {
        List<List<String>> rows = answer(HbaFile.endSessions(10, still));

        assertThat(rows).noneMatch(row -> row.getFirst().equals("left"));
        assertThat(rows.getLast().subList(0, 2)).containsExactly("still", "true");
        assertThat(rows.getLast().get(2)).isEqualTo(cluster.sql("select pg_current_wal_lsn()"));
        assertThat(rows.getLast().get(3)).isEqualTo("00000001");
      }
      assertThat(others()).isZero();
    }
  }

  private int others() throws Exception {
    return Integer.parseInt(
        cluster.sql(
            "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"));
  }

  private String file() {
    return cluster.data() + "/pg_hba.conf";
  }

  private String hba() throws Exception {
    return TestCluster.run("cat", file());
  }

  private void refuse() throws Exception {
    String where = answer(HbaFile.WHERE).getFirst().get(1);
    change(HbaFile.command(cluster.at(), Verb.REFUSE, where));
  }

  private void admit() throws Exception {
    change(HbaFile.command(cluster.at(), Verb.ADMIT, ""));
  }

  private void change(LocalCommand command) throws Exception {
    Output done = TestCluster.answer(command);
    assertThat(done.exit()).as(done.stderr()).isZero();
    cluster.sql("select pg_reload_conf()");
  }

  private List<List<String>> answer(String sql) throws Exception {
    Output output = TestCluster.answer(Sql.command(cluster.at(), sql, LIMIT));
    assertThat(output.exit()).as(output.stderr()).isZero();
    return Sql.rows(output).stream().filter(row -> row.size() > 1).toList();
  }

  private String knock(int seconds) throws Exception {
    return knock(seconds, "");
  }

  private String knock(int seconds, String before) throws Exception {
    return TestCluster.answer(
            HbaFile.knock(ADDRESS, cluster.at().port(), Duration.ofSeconds(seconds), before))
        .stdout()
        .strip();
  }
}
