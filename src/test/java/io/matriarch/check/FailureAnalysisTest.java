package io.matriarch.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.FailureAnalysis.Console;
import io.matriarch.check.FailureAnalysis.Said;
import io.matriarch.check.FailureAnalysis.Verdict;
import io.matriarch.check.FailureAnalysis.Witness;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.postgres.ObservedInstance;
import io.matriarch.postgres.Ping;
import io.matriarch.postgres.PostgresProbe;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureAnalysisTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Cluster CLUSTER = new Cluster("/srv/pg", "postgres", 5432, null, null);

  private static Console unreached(Ping ping) {
    return new Console(ping, null, "no route to host", NOW);
  }

  private static Console onHost(Ping ping, ObservedInstance.State state, String control) {
    ObservedInstance any = PostgresProbe.read(CLUSTER, new Output(1, "", "no answer"));
    return new Console(
        ping,
        new ObservedInstance(
            state,
            "no answer",
            null,
            null,
            null,
            control,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            NOW,
            any.document()),
        "",
        NOW);
  }

  private static Witness reaches(String server) {
    return new Witness(server, null, true, "", Duration.ofSeconds(1), NOW);
  }

  private static Witness blind(String server) {
    return new Witness(server, null, false, "no response", Duration.ofSeconds(9), NOW);
  }

  private static Witness unasked(String server) {
    return new Witness(server, "no route to host", null, "", null, NOW);
  }

  private static Verdict verdict(Console console, Witness... witnesses) {
    return FailureAnalysis.of("db1", console, List.of(witnesses)).verdict();
  }

  @Test
  void dead_is_only_what_the_console_and_all_standbys_that_could_be_asked_fail_to_reach() {
    assertThat(verdict(unreached(Ping.SILENT), blind("db2"), blind("db3"))).isEqualTo(Verdict.DEAD);
    assertThat(verdict(unreached(Ping.SILENT), blind("db2"), reaches("db3")))
        .isEqualTo(Verdict.DISPUTED);
    assertThat(verdict(unreached(Ping.SILENT), unasked("db2"))).isEqualTo(Verdict.UNREACHABLE);
    assertThat(verdict(unreached(Ping.SILENT))).isEqualTo(Verdict.UNREACHABLE);
  }

  @Test
  void a_host_that_says_that_no_process_is_left_is_believed_unless_a_standby_reaches_it() {
    Console crashed = onHost(Ping.REFUSED, ObservedInstance.State.STOPPED, "in production");

    assertThat(verdict(crashed, blind("db2"))).isEqualTo(Verdict.DEAD);
    assertThat(verdict(crashed)).isEqualTo(Verdict.DEAD);
    assertThat(verdict(crashed, reaches("db2"))).isEqualTo(Verdict.DISPUTED);
    assertThat(
            verdict(
                onHost(Ping.REFUSED, ObservedInstance.State.STOPPED, "shut down"), blind("db2")))
        .isEqualTo(Verdict.STOPPED);
  }

  @Test
  void one_that_takes_connections_and_no_queries_is_a_state_of_its_own() {
    assertThat(verdict(unreached(Ping.MUTE), reaches("db2"))).isEqualTo(Verdict.HUNG);
    assertThat(verdict(onHost(Ping.MUTE, ObservedInstance.State.NOT_ANSWERING, ""), blind("db2")))
        .isEqualTo(Verdict.HUNG);
  }

  @Test
  void one_that_answers_on_its_host_serves_unless_nobody_reaches_its_port() {
    Console runs = onHost(Ping.SILENT, ObservedInstance.State.PRIMARY, "in production");

    assertThat(verdict(runs, reaches("db2"))).isEqualTo(Verdict.SERVING);
    assertThat(verdict(runs, blind("db2"))).isEqualTo(Verdict.DISPUTED);
    assertThat(verdict(onHost(Ping.ANSWERS, ObservedInstance.State.PRIMARY, ""), blind("db2")))
        .isEqualTo(Verdict.SERVING);
  }

  @Test
  void who_said_what_and_when_is_kept() {
    FailureAnalysis found =
        FailureAnalysis.of("db1", unreached(Ping.SILENT), List.of(blind("db2"), unasked("db3")));

    assertThat(found.summary()).isEqualTo("neither this console nor db2 reaches db1");
    assertThat(found.said())
        .extracting(Said::who, Said::what)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "this console", "its host does not answer at its port"),
            org.assertj.core.groups.Tuple.tuple(
                "db1", "could not be asked over SSH: no route to host"),
            org.assertj.core.groups.Tuple.tuple(
                "db2", "does not reach it (no response); last heard from it 9 s ago"),
            org.assertj.core.groups.Tuple.tuple("db3", "could not be asked: no route to host"));
  }
}
