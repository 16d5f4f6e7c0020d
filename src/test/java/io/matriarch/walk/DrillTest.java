package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.drill.DrillReport;
import io.matriarch.drill.DrillRow;
import io.matriarch.drill.DrillState;
import io.matriarch.drill.Drills;
import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpdf.text.pdf.PdfReader;
import org.openpdf.text.pdf.parser.PdfTextExtractor;

/** A herd over two sites that goes to the other one and comes back, with clients that write. */
class DrillTest {

  private static final Map<String, String> PROBED = Map.of("probe", "app");

  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static Members members;
  private static long herd;
  private static String url;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "app1");
    orders = lab.herd("orders", "db1", "db2", "db3");
    console = new LabConsole(lab);
    herd = console.discover(orders);
    members = new Members(lab, console, orders);
    LabService pgbouncer = lab.pgbouncer("app1", orders, 1);
    console.pooler(herd, pgbouncer);
    url = "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port());
    String line = "*:*:*:app:" + orders.passwords().get("app");
    lab.exec("app1", "sh", "-c", "umask 077; echo '%s' >~postgres/.pgpass".formatted(line));
    lab.exec("app1", "sh", "-c", "chown postgres: ~postgres/.pgpass");
    console.jdbc.sql("update server set site = 'fra' where name in ('db1', 'db2')").update();
    console.jdbc.sql("update server set site = 'ams' where name = 'db3'").update();
    console.jdbc.sql("update environment set stall_objective_ms = 60000").update();
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @AfterEach
  void settle() throws Exception {
    Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> !console.isBusy());
    members.awaitStreaming(2);
    console.discover(orders);
  }

  @Test
  void five_times_to_the_other_site_and_back_lose_no_row_and_rebuild_nothing() throws Exception {
    try (SetChecker clients = clients()) {
      for (int i = 0; i < 5; i++) {
        go("herd.switch-to-dr", "db3");
        go("herd.switch-back", "db1");
      }
      int before = clients.acknowledged();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> clients.acknowledged() > before + 10);
      assertThat(clients.errors()).isEmpty();
      assertThat(clients.notAcknowledged()).isZero();
      assertThat(clients.lost()).isEmpty();
    }
    RunRow home = run("herd.switch-back");
    assertThat(home.state()).isEqualTo(RunState.REFUSED);
    assertThat(home.message()).contains("the herd is away from home");
  }

  private static void go(String action, String expected) throws Exception {
    members.awaitStreaming(2);
    console.discover(orders);
    RunRow run = run(action);
    String story = members.story(run);
    assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
    assertThat(members.primary()).as(story).isEqualTo(expected);
    assertThat(story).doesNotContain("pg_rewind").doesNotContain("pg_basebackup");
  }

  @Test
  void a_drill_goes_there_and_back_by_itself_and_reports_what_clients_felt() throws Exception {
    long job = console.submit("herd.drill", Target.herd(herd), drill(0));
    DrillRow drill = awaitDrill(job, Set.of(DrillState.PASSED));

    assertThat(members.primary()).isEqualTo("db1");
    assertThat(drill.home()).isEqualTo("db1");
    assertThat(drill.dr()).isEqualTo("db3");
    assertThat(drill.probed()).isTrue();
    assertThat(drill.failed()).isZero();
    assertThat(drill.stallMillis()).isPositive();
    assertThat(drill.out().replayed()).isNotNull();
    assertThat(Objects.requireNonNull(drill.back()).replayed()).isNotNull();
    assertThat(by(drill.back().jobId())).isEqualTo("drill %d of dora".formatted(job));

    String report = report(job);
    assertThat(report).contains("Passed: 1 herd went and came back", "orders", "db1", "db3");
    assertThat(report).contains("clients wait at most 1 min 0 s", "0 B");
    assertThat(report).contains("promote PostgreSQL", "None lost: the new primary had replayed");
  }

  @Test
  void a_drill_that_cannot_come_back_is_a_problem_until_somebody_brings_it_home() throws Exception {
    long job = console.submit("herd.drill", Target.herd(herd), drill(60));
    awaitDrill(job, Set.of(DrillState.HOLDING));
    for (String host : Set.of("db1", "db2")) {
      members.ctl(host, "stop", "-m", "fast");
      members.awaitKnown(host, "stopped");
    }
    console
        .jdbc
        .sql("update job set ended_at = ended_at - interval '1 hour' where job_id = :job")
        .param("job", job)
        .update();
    DrillRow drill = awaitDrill(job, Set.of(DrillState.NOT_BACK));
    assertThat(Objects.requireNonNull(drill.back()).state()).isEqualTo(RunState.REFUSED);
    assertThat(problems()).contains("left orders at its DR site (db3)").contains("to db1");
    assertThat(report(job)).contains("Not over").contains("refused".toUpperCase());

    for (String host : Set.of("db1", "db2")) {
      members.ctl(host, "start");
      members.awaitKnown(host, "standby");
    }
    members.awaitStreaming(2);
    console.discover(orders);
    RunRow back = run("herd.switch-back");
    assertThat(back.state()).as(members.story(back)).isEqualTo(RunState.SUCCEEDED);
    assertThat(members.primary()).isEqualTo("db1");
    assertThat(awaitDrill(job, Set.of(DrillState.PASSED)).back()).isNotNull();
    assertThat(problems()).isEmpty();
  }

  @Test
  void a_site_that_is_cut_off_is_given_up_by_a_word_fenced_when_it_returns_and_switched_back_to()
      throws Exception {
    Map<String, String> words = new HashMap<>(Map.of("acceptLoss", "true", "ignoreAlive", "true"));
    for (String host : List.of("db1", "db2")) {
      lab.partition(host);
    }
    try {
      awaitProblem("primary-dead");
      RunRow silent = run("herd.failover-to-dr", words);
      assertThat(silent.state()).as(members.story(silent)).isNotEqualTo(RunState.SUCCEEDED);
      assertThat(members.writes("db3")).as("nothing was promoted").isFalse();

      // Else it counts as one that is to follow.
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> state("db2").equals("unreachable"));
      words.put("statement", "site fra lost its power, ticket 4711");
      words.put("ignoreMissing", "true");
      RunRow run = run("herd.failover-to-dr", words);
      String story = members.story(run);
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(members.writes("db3")).as(story).isTrue();
      assertThat(run.message()).as(story).contains("Lost:");
      assertThat(story).contains("by somebody's word, \"site fra lost its power, ticket 4711\"");
    } finally {
      for (String host : List.of("db1", "db2")) {
        lab.heal(host);
      }
    }
    Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> !members.writes("db1"));
    assertThat(awaitProblem("fenced")).contains("db1", "Rewind it");
    for (String host : List.of("db1", "db2")) {
      if (!members.ask(host, "select status from pg_stat_wal_receiver").equals("streaming")
          || !members
              .ask(host, "select sender_host from pg_stat_wal_receiver")
              .equals(lab.host("db3").address())) {
        console.report(host);
        RunRow back = members.run("instance.rewind", host, Map.of("discard", "true"));
        assertThat(back.state()).as(members.story(back)).isEqualTo(RunState.SUCCEEDED);
      }
    }
    go("herd.switch-back", "db1");
  }

  private static String state(String host) {
    return console
        .jdbc
        .sql("select state from instance where instance_id = :id")
        .param("id", console.instance(host, orders))
        .query(String.class)
        .single();
  }

  private static String awaitProblem(String kind) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                console
                    .jdbc
                    .sql("select detail from v_problem where kind = :kind and open")
                    .param("kind", kind)
                    .query(String.class)
                    .optional(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static RunRow run(String action, Map<String, String> options) {
    return console.awaitEnd(console.submit(action, Target.herd(herd), options));
  }

  private static Map<String, String> drill(int minutes) {
    return Map.of("probe", "app", "holdMinutes", Integer.toString(minutes));
  }

  private static RunRow run(String action) {
    return run(action, PROBED);
  }

  private static DrillRow awaitDrill(long job, Set<DrillState> states) {
    Drills drills = console.bean(Drills.class);
    return Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> drills.of(job).getFirst(), row -> states.contains(row.state()));
  }

  private static String by(long job) {
    return console
        .jdbc
        .sql("select requested_by from job where job_id = :job")
        .param("job", job)
        .query(String.class)
        .single();
  }

  private static String problems() {
    return String.join(
        "\n",
        console.jdbc.sql("select detail from v_problem_of_drills").query(String.class).list());
  }

  private static String report(long job) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    console.bean(DrillReport.class).write(job, out);
    StringBuilder text = new StringBuilder();
    try (PdfReader reader = new PdfReader(out.toByteArray())) {
      for (int page = 1; page <= reader.getNumberOfPages(); page++) {
        text.append(new PdfTextExtractor(reader).getTextFromPage(page)).append('\n');
      }
    }
    return text.toString();
  }

  private static SetChecker clients() throws Exception {
    String password = String.valueOf(orders.passwords().get("app"));
    return new SetChecker(url, "app", password, Duration.ofMillis(5)).start(4);
  }
}
