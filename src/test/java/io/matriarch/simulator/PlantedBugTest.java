package io.matriarch.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.matriarch.simulator.Invariants.Broken;
import io.matriarch.simulator.Invariants.Name;
import io.matriarch.simulator.Simulation.Outcome;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A defect put in on purpose is found, each by the invariant that it breaks. */
class PlantedBugTest {

  private static final int MOST = 2_000;

  @ParameterizedTest(name = "{0} is found as {1}")
  @CsvSource({
    "POINT_NOT_STORED, I1, CONSOLE_CRASH",
    "GUARD_IGNORED, I1, DUPLICATE",
    "SIGNAL_NOT_WRITTEN, I1, SERVER_START",
    "REPLAY_NOT_PROVED, I2, RECEIVERS_BREAK",
    "STOP_NOT_PROVED, I3, SLOW",
    "AUDIT_SKIPPED, I4, SLOW",
    "EXPIRY_NOT_ARMED, I5, CONSOLE_CRASH CONSOLE_FREEZE DATABASE_AWAY PARTITION",
    "TERM_NOT_CHECKED, I6, CONSOLE_FREEZE DATABASE_AWAY",
    "PROOF_NOT_COMPARED, I2, SERVER_RUNS",
    "COMMITS_NOT_HELD, I2, RECEIVER_HANGS",
    "NAMES_NOT_RESTORED, I2, SLOW",
    "SIGNATURE_WITHOUT_AGE, I6, CONSOLE_FREEZE DATABASE_AWAY",
    "NAMES_NOT_AWAITED, I6, ZONE_NOT_COPIED",
    "SCRIPT_FAILURE_IGNORED, LIVENESS, SCRIPTS_FAIL",
    "SLOTS_LEFT, LIVENESS, SLOW",
    "SLOTS_NOT_RESERVED, LIVENESS, SLOW",
    "LOGIN_AFTER_GUARD, LIVENESS, LOGIN_HANGS",
    "FENCE_NOT_KEPT, I1, SERVER_START",
    "TAIL_NOT_AWAITED, I2, RECEIVER_HANGS",
    "DOOR_LEFT_OPEN, I1, SLOW",
    "NAME_FORGOTTEN, I3, SLOW"
  })
  void a_planted_bug_is_found(Plant plant, Name name, String kinds) {
    List<Fault> faults = Stream.of(kinds.split(" ")).map(Fault::valueOf).toList();
    for (long seed = 1; seed <= MOST; seed++) {
      Outcome outcome =
          Simulator.run(seed, false, s -> s.with(Set.of(plant), Set.of(name)).aimed(faults));
      Broken broken = outcome.broken();
      if (broken != null) {
        assertThat(broken.name).isEqualTo(name);
        System.out.printf("%s: found by seed %d: %s%n", plant, seed, broken.getMessage());
        return;
      }
    }
    fail("%s was not found as %s by %d seeds", plant, name, MOST);
  }
}
