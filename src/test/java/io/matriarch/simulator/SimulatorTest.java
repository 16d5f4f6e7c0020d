package io.matriarch.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.job.RunState;
import io.matriarch.simulator.Faults.Planned;
import io.matriarch.simulator.Features.Disaster;
import io.matriarch.simulator.Simulation.Outcome;
import io.matriarch.simulator.Simulator.Tally;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The production planner and executor on the model; {@code ./dev sim} runs as many as one likes.
 */
class SimulatorTest {

  private static final int ALWAYS = 200;
  private static final int TODAY = 200;

  @Test
  void the_invariants_hold_whatever_goes_wrong_on_seeds_that_are_always_the_same()
      throws InterruptedException {
    prove(1, ALWAYS);
  }

  @Test
  void and_on_others_each_day() throws InterruptedException {
    prove(1_000_000 + LocalDate.now(ZoneOffset.UTC).toEpochDay() * 1000, TODAY);
  }

  private static void prove(long from, long seeds) throws InterruptedException {
    Tally tally = Simulator.tally(from, seeds, 2);
    System.out.printf("seeds %d to %d: %s%n", from, from + seeds - 1, tally);
    assertThat(tally.broken.stream().map(Simulator::told)).isEmpty();
    assertThat(tally.states).containsKeys(RunState.SUCCEEDED, RunState.FAILED);
    assertThat(tally.acknowledged).isGreaterThan(seeds);
  }

  @Test
  void a_seed_fixes_everything() {
    for (long seed = 1; seed <= 10; seed++) {
      assertThat(Simulator.run(seed, true).history())
          .isNotEmpty()
          .isEqualTo(Simulator.run(seed, true).history());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "2; 0; ''; 0",
        "2; 1; FIRST 1 (db1, db2); 1",
        "3; 2; ''; 0",
        "3; 1; ANY 1 (db1, db2, db3); 2",
        "4; 3; ANY 2 (db1, db2, db3, db4); 1"
      })
  void without_trouble_a_switchover_succeeds(
      int members, int poolers, String synchronous, int records) {
    Features features =
        new Features(synchronous, false, records, records > 0, Disaster.NONE, false);
    Outcome outcome = quiet(Setting.quiet(members, poolers).with(features));

    assertThat(outcome.broken()).as(outcome.history()).isNull();
    assertThat(outcome.runs()).as(outcome.history()).containsExactly(RunState.SUCCEEDED);
  }

  private static Outcome quiet(Setting setting) {
    try (Simulation simulation = new Simulation(1, setting, true)) {
      return simulation.run();
    }
  }

  @Test
  void a_console_that_dies_at_any_call_leaves_service_restored_or_finished() {
    List<RunState> ends =
        hitEveryCall(Disaster.NONE, false, 1, Fault.CONSOLE_CRASH, 3 * Schedule.SECOND);

    assertThat(ends).contains(RunState.INTERRUPTED, RunState.SUCCEEDED);
    assertThat(ends).containsOnly(RunState.INTERRUPTED, RunState.SUCCEEDED);
  }

  @Test
  void a_console_that_freezes_at_any_call_is_replaced_and_does_no_harm_when_it_wakes() {
    List<RunState> ends =
        hitEveryCall(Disaster.NONE, false, 2, Fault.CONSOLE_FREEZE, 40 * Schedule.SECOND);

    assertThat(ends).contains(RunState.INTERRUPTED, RunState.SUCCEEDED);
    assertThat(ends).containsOnly(RunState.INTERRUPTED, RunState.SUCCEEDED);
  }

  @ParameterizedTest
  @EnumSource(names = {"CRASH", "OFF", "GIVEN_UP", "CUT_OFF"})
  void a_lost_primary_is_replaced_though_a_console_dies_or_freezes_at_any_call(Disaster disaster) {
    List<RunState> ends =
        hitEveryCall(disaster, false, 1, Fault.CONSOLE_CRASH, 3 * Schedule.SECOND);
    ends.addAll(hitEveryCall(disaster, false, 2, Fault.CONSOLE_FREEZE, 40 * Schedule.SECOND));

    assertThat(ends).contains(RunState.INTERRUPTED, RunState.SUCCEEDED);
    assertThat(ends).doesNotContain(RunState.QUEUED, RunState.RUNNING, RunState.REFUSED);
  }

  /** The model has no pg_rewind, so the former primary is left over. */
  @Test
  void a_primary_that_stops_afterwards_is_never_a_second_one_whatever_call_a_console_dies_at() {
    List<RunState> ends =
        hitEveryCall(Disaster.NONE, true, 1, Fault.CONSOLE_CRASH, 3 * Schedule.SECOND);
    ends.addAll(hitEveryCall(Disaster.NONE, true, 2, Fault.CONSOLE_FREEZE, 40 * Schedule.SECOND));

    assertThat(ends).containsOnly(RunState.INTERRUPTED, RunState.FAILED);
  }

  private static List<RunState> hitEveryCall(
      Disaster disaster, boolean fast, int consoles, Fault fault, long lasts) {
    Features all = new Features("ANY 1 (db1, db2, db3)", true, 1, true, disaster, fast);
    Setting quiet = Setting.quiet(3, 2).with(all);
    int calls = quiet(quiet).calls();
    List<RunState> ends = new ArrayList<>();
    for (int call = 1; call <= calls; call++) {
      Planned planned = new Planned(fault, 1, call, "", 0, lasts, 0);
      Outcome outcome =
          quiet(
              new Setting(
                  3,
                  2,
                  consoles,
                  1,
                  0,
                  quiet.features(),
                  List.of(planned),
                  quiet.plants(),
                  quiet.watched()));
      assertThat(outcome.broken()).as("%s at call %d%n%s", fault, call, outcome.history()).isNull();
      ends.addAll(outcome.runs());
    }
    return ends;
  }

  /** What the lab tells of them, too: HistoriesTest. */
  @ParameterizedTest
  @EnumSource
  void a_scripted_history_can_be_told(ScriptedHistory history) {
    assertThat(history.simulated())
        .contains("rows lost: 0")
        .anyMatch(line -> line.matches("writes: (FORMER|CANDIDATE), paused: false"));
  }

  @Test
  void before_the_point_the_former_primary_comes_back_and_past_it_the_candidate_stays() {
    assertThat(ScriptedHistory.THE_CONSOLE_DIES_BEFORE_THE_POINT.simulated())
        .containsExactly(
            "writes: , paused: true",
            "started by somebody, it is a standby: true",
            "writes: , paused: true",
            "run INTERRUPTED, past the point: false, published: false",
            "writes: FORMER, paused: false",
            "rows lost: 0");
    assertThat(ScriptedHistory.THE_CONSOLE_DIES_PAST_THE_POINT.simulated())
        .containsExactly(
            "writes: CANDIDATE, paused: false",
            "started by somebody, it is a standby: true",
            "run SUCCEEDED, past the point: true, published: true",
            "writes: CANDIDATE, paused: false",
            "rows lost: 0");
  }
}
