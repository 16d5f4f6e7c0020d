package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console is killed, or frozen, at every step of a switchover under load. */
class KilledSwitchoverTest {

  private static Lab lab;
  private static LabConsole console;
  private static ConsoleProcess engine;
  private static LabHerd orders;
  private static long herd;
  private static String url;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "app1");
    orders = lab.herd("orders", "db1", "db2");
    LabService pgbouncer = lab.pgbouncer("app1", orders, 1);
    console = LabConsole.withoutEngine(lab);
    herd = console.discover(orders);
    console.pooler(herd, pgbouncer);
    url = "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port());
    engine = console.another();
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {engine, console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @Test
  void service_is_restored_or_finished_whatever_step_the_console_dies_at() throws Exception {
    List<String> seen = new ArrayList<>();
    try (SetChecker clients = clients()) {
      // Every other step, and the others tomorrow: the simulator has it die at each of its calls.
      int steps = 2;
      for (int at = (LabConsole.today() + 1) % 2; at < steps; at += 2) {
        long job = submit();
        steps = console.steps(job);
        console.awaitRunning(job, at);
        engine.kill();
        engine.restart();
        RunRow run = console.awaitEnd(job);

        String story =
            "killed at step %d: %s %s%n%s"
                .formatted(at, run.state(), run.message(), console.log(job));
        seen.add("%d %s".formatted(at, run.state()));
        assertThat(run.state()).as(story).isIn(RunState.INTERRUPTED, RunState.SUCCEEDED);
        assertThat(run.pastPoint()).as(story).isEqualTo(run.state() == RunState.SUCCEEDED);
        assertThat(writers()).as(story).hasSize(1);
        awaitMore(clients, story);
        awaitStreaming(story);
      }
      assertThat(clients.lost()).isEmpty();
      assertThat(clients.notAcknowledged()).isZero();
    }
    assertThat(seen)
        .anyMatch(s -> s.endsWith("INTERRUPTED"))
        .anyMatch(s -> s.endsWith("SUCCEEDED"));
  }

  /** With a shorter lease than usual, so that each take-over takes seconds. */
  @Test
  void whatever_step_a_console_freezes_at_another_one_finishes_and_it_does_nothing_when_it_wakes()
      throws Exception {
    List<String> seen = new ArrayList<>();
    List<ConsoleProcess> two = new ArrayList<>();
    engine.close();
    try (SetChecker clients = clients()) {
      two.add(console.another(LabConsole.BRIEF));
      two.add(console.another(LabConsole.BRIEF));
      // Every other step, and the others tomorrow: the simulator has frozen it at each of its
      // calls.
      int steps = 2;
      for (int at = LabConsole.today() % 2; at < steps; at += 2) {
        long job = submit();
        steps = console.steps(job);
        console.awaitRunning(job, at);
        Optional<ConsoleProcess> frozen = console.runner(job, two);
        for (ConsoleProcess one : frozen.stream().toList()) {
          one.signal("STOP");
        }
        RunRow run = console.awaitEnd(job);
        for (ConsoleProcess one : frozen.stream().toList()) {
          one.signal("CONT");
        }

        String story =
            "frozen at step %d: %s %s%n%s"
                .formatted(at, run.state(), run.message(), console.log(job));
        if (run.attempt() > 1 && frozen.isPresent()) {
          frozen.get().awaitGivenUp(run.id());
          seen.add("%d %s".formatted(at, run.state()));
        }
        assertThat(run.state()).as(story).isIn(RunState.INTERRUPTED, RunState.SUCCEEDED);
        assertThat(run.pastPoint()).as(story).isEqualTo(run.state() == RunState.SUCCEEDED);
        assertThat(writers()).as(story).hasSize(1);
        awaitMore(clients, story);
        awaitStreaming(story);
      }
      // A step that is over within milliseconds may be gone before the signal arrives.
      assertThat(seen).as("taken over").hasSizeGreaterThan(steps / 4);
      assertThat(clients.lost()).isEmpty();
      assertThat(clients.notAcknowledged()).isZero();
    } finally {
      for (ConsoleProcess one : two) {
        one.close();
      }
      engine.restart();
    }
    assertThat(seen)
        .anyMatch(s -> s.endsWith("INTERRUPTED"))
        .anyMatch(s -> s.endsWith("SUCCEEDED"));
  }

  @Test
  void clients_go_on_at_the_new_primary_though_our_own_database_is_lost_past_the_point()
      throws Exception {
    String story = "";
    try (SetChecker clients = clients();
        LostDatabase database = console.lostDatabase()) {
      for (int attempt = 0; attempt < 5 && !story.contains("database did not answer"); attempt++) {
        String before = writers().getFirst();
        long job = submit();
        console.awaitRunning(job, console.ordinal(job, "promote PostgreSQL"));
        database.lose();
        awaitMore(clients, "without our database, job " + job);
        assertThat(lab.sql(otherThan(before), orders, "select pg_is_in_recovery()")).isEqualTo("f");
        database.giveBack();
        RunRow run = console.awaitEnd(job);

        story = "%s %s%n%s".formatted(run.state(), run.message(), console.log(job));
        assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
        awaitStreaming(story);
      }
      assertThat(story).contains("while our own database did not answer");
      assertThat(clients.lost()).isEmpty();
      assertThat(clients.notAcknowledged()).isZero();
    }
  }

  @Test
  void a_console_cut_off_from_its_database_is_replaced_and_does_nothing_more() throws Exception {
    List<String> seen = new ArrayList<>();
    engine.close();
    List<String> idle = new ArrayList<>(LabConsole.BRIEF);
    idle.add("--matriarch.engine.runs-at-once=0");
    try (SetChecker clients = clients();
        DatabaseLine line = console.line();
        ConsoleProcess cut = console.another(LabConsole.BRIEF, line);
        ConsoleProcess other = console.another(idle)) {
      for (String step : List.of("pause clients", "stop PostgreSQL", "lead clients")) {
        long job = submit();
        console.awaitRunning(job, console.ordinal(job, step));
        line.cut();
        RunRow run = console.awaitEnd(job);
        line.mend();

        String story =
            "cut off at %s: %s %s%n%s"
                .formatted(step, run.state(), run.message(), console.log(job));
        seen.add("%s %s".formatted(step, run.state()));
        assertThat(run.state()).as(story).isIn(RunState.INTERRUPTED, RunState.SUCCEEDED);
        assertThat(run.pastPoint()).as(story).isEqualTo(run.state() == RunState.SUCCEEDED);
        assertThat(writers()).as(story).hasSize(1);
        if (run.attempt() > 1) {
          cut.awaitGivenUp(run.id());
          seen.add("taken over");
        }
        awaitMore(clients, story);
        awaitStreaming(story);
      }
      assertThat(seen).contains("taken over");
      assertThat(other.log()).contains("Started MatriarchApplication");
      assertThat(clients.lost()).isEmpty();
      assertThat(clients.notAcknowledged()).isZero();
    } finally {
      engine.restart();
    }
  }

  private static SetChecker clients() throws Exception {
    return new SetChecker(
            url, "app", String.valueOf(orders.passwords().get("app")), Duration.ofMillis(20))
        .start(3);
  }

  private static void awaitMore(SetChecker clients, String story) {
    long before = clients.acknowledged();
    Awaitility.await(story)
        .atMost(Duration.ofSeconds(60))
        .until(() -> clients.acknowledged() > before + 3);
    assertThat(clients.errors()).as(story).isEmpty();
  }

  private static long submit() {
    return console.submit("herd.switchover", Target.herd(herd), Map.of());
  }

  private static String otherThan(String member) {
    return orders.members().stream().filter(m -> !m.equals(member)).findFirst().orElseThrow();
  }

  private static List<String> writers() {
    return orders.members().stream()
        .filter(member -> lab.sql(member, orders, "select pg_is_in_recovery()").equals("f"))
        .toList();
  }

  /** The next attempt needs a standby that follows, and an inventory that knows it. */
  private static void awaitStreaming(String story) throws Exception {
    String primary = writers().getFirst();
    Awaitility.await(story)
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                lab.sql(
                        primary,
                        orders,
                        "select count(*) from pg_stat_replication where state = 'streaming'")
                    .equals("1"));
    console.discover(orders);
  }
}
