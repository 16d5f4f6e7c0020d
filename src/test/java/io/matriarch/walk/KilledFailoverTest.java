package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console is killed, or frozen, at every step of a failover. */
class KilledFailoverTest {

  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static long herd;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3");
    orders = lab.herd("orders", "db1", "db2", "db3");
    lab.sql("db1", orders, "create table kept (n int)");
    console = LabConsole.withoutEngine(lab);
    herd = console.discover(orders);
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @Test
  void whatever_step_the_console_dies_at_there_is_one_primary_or_none_and_the_next_try_ends_it()
      throws Exception {
    List<String> seen = new ArrayList<>();
    try (ConsoleProcess engine = console.another()) {
      // Every other step, and the others tomorrow: the simulator has it die at each of its calls.
      int steps = 2;
      for (int at = (LabConsole.today() + 1) % 2; at < steps; at += 2) {
        String lost = crash(at);
        long job = submit();
        steps = console.steps(job);
        console.awaitRunning(job, at);
        engine.kill();
        engine.restart();
        RunRow run = console.awaitEnd(job);

        seen.add("%d %s".formatted(at, run.state()));
        heal(lost, at, run, "killed");
      }
    }
    assertThat(seen)
        .anyMatch(s -> s.endsWith("INTERRUPTED"))
        .anyMatch(s -> s.endsWith("SUCCEEDED"));
  }

  @Test
  void whatever_step_a_console_freezes_at_another_one_finishes_and_it_does_nothing_when_it_wakes()
      throws Exception {
    List<String> seen = new ArrayList<>();
    List<ConsoleProcess> two = new ArrayList<>();
    try {
      two.add(console.another(LabConsole.BRIEF));
      two.add(console.another(LabConsole.BRIEF));
      // Every other step, and the others tomorrow: the simulator has frozen it at each of its
      // calls.
      int steps = 2;
      for (int at = LabConsole.today() % 2; at < steps; at += 2) {
        String lost = crash(at);
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
        if (run.attempt() > 1 && frozen.isPresent()) {
          frozen.get().awaitGivenUp(run.id());
          seen.add("%d %s".formatted(at, run.state()));
        }
        heal(lost, at, run, "frozen");
      }
      // A step that is over within milliseconds may be gone before the signal arrives.
      assertThat(seen).as("taken over").hasSizeGreaterThan(steps / 4);
    } finally {
      for (ConsoleProcess one : two) {
        one.close();
      }
    }
  }

  /** The primary's processes are killed at once, after a row that both standbys have. */
  private static String crash(int round) {
    String primary = writers().getFirst();
    lab.sql(primary, orders, "insert into kept values (%d)".formatted(round));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                lab.sql(
                        primary,
                        orders,
                        "select count(*) from pg_stat_replication where flush_lsn >= pg_current_wal_flush_lsn()")
                    .equals("2"));
    lab.exec(primary, "pkill", "-9", "-f", "postgres.*orders");
    Awaitility.await("an alarm in round " + round)
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                console
                    .jdbc
                    .sql(
                        "select exists (select from v_problem where kind = 'primary-dead' and open and detail like :primary || ' %')")
                    .param("primary", primary)
                    .query(Boolean.class)
                    .single());
    return primary;
  }

  private static long submit() {
    return console.submit("herd.failover", Target.herd(herd), Map.of("acceptLoss", "true"));
  }

  /** What a person does next, until the herd is as before. */
  private static void heal(String lost, int at, RunRow run, String how) throws Exception {
    String story =
        "%s at step %d: %s %s%n%s"
            .formatted(how, at, run.state(), run.message(), console.log(run.jobId()));
    assertThat(run.state()).as(story).isIn(RunState.INTERRUPTED, RunState.SUCCEEDED);
    assertThat(run.pastPoint()).as(story).isEqualTo(run.state() == RunState.SUCCEEDED);
    assertThat(writers()).as(story).hasSize(run.pastPoint() ? 1 : 0).doesNotContain(lost);
    if (run.state() == RunState.INTERRUPTED) {
      RunRow next = console.awaitEnd(submit());
      story +=
          "%nagain: %s %s%n%s".formatted(next.state(), next.message(), console.log(next.jobId()));
      assertThat(next.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      assertThat(writers()).as(story).hasSize(1).doesNotContain(lost);
    }
    String primary = writers().getFirst();
    assertThat(lab.sql(primary, orders, "select count(*) from kept where n = %d".formatted(at)))
        .as(story)
        .isNotEqualTo("0");
    RunRow back =
        console.awaitEnd(
            console.submit(
                "instance.rewind",
                Target.instance(console.instance(lost, orders)),
                Map.of("discard", "true")));
    assertThat(back.state())
        .as("%s%n%s%n%s", story, back.message(), console.log(back.jobId()))
        .isEqualTo(RunState.SUCCEEDED);
    Awaitility.await(story)
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                lab.sql(
                        primary,
                        orders,
                        "select count(*) from pg_stat_replication where state = 'streaming'")
                    .equals("2"));
    console.discover(orders);
  }

  /** Of those that answer. */
  private static List<String> writers() {
    return orders.members().stream()
        .filter(
            member ->
                lab.execAs(
                        "postgres",
                        member,
                        Duration.ofSeconds(20),
                        "select pg_is_in_recovery()",
                        "psql",
                        "-XqAt",
                        "-p",
                        Integer.toString(orders.port()))
                    .output()
                    .strip()
                    .equals("f"))
        .toList();
  }
}
