package io.matriarch.simulator;

import io.matriarch.hook.HookFiles;
import io.matriarch.hook.HookPhase;
import io.matriarch.job.HookFacts;
import io.matriarch.job.Hooks;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms;
import java.time.Duration;
import java.util.List;

/** {@link Hooks} on a model of scripts that do nothing but take time, and fail while told to. */
final class SimulatedHooks implements Hooks {

  static final HookFiles FILES =
      new HookFiles(List.of("10-ask"), List.of("10-tell", "20-tell"), List.of());

  /** What the scripts do. */
  static final class Scripts {
    boolean failing;
  }

  private final Scripts scripts;
  private final Wire wire;
  private final Terms terms;

  SimulatedHooks(Scripts scripts, Wire wire, Terms terms) {
    this.scripts = scripts;
    this.wire = wire;
    this.terms = terms;
  }

  @Override
  public String path(HookPhase phase, String script) {
    return phase.event() + ".d/" + script;
  }

  @Override
  public void run(HookPhase phase, String script, HookFacts facts, Duration limit)
      throws StepFailed, InterruptedException {
    String file = path(phase, script);
    wire.caller().requireLease();
    terms.requireOwn();
    wire.caller().changing();
    wire.point(file);
    wire.caller().requireLease();
    Schedule schedule = wire.console().schedule;
    boolean fails = scripts.failing;
    schedule.tell(
        () -> "%s runs %s%s".formatted(wire.console().name, file, fails ? ", which fails" : ""));
    wire.script(phase, facts.primary().server(), fails);
    boolean hangs = fails && schedule.chance(0.5);
    wire.console()
        .sleep(hangs ? limit.toMillis() * 1000 : schedule.between(5, 300) * Schedule.MILLI);
    wire.point(file + Faults.ANSWERED);
    if (fails && !wire.has(Plant.SCRIPT_FAILURE_IGNORED)) {
      throw new StepFailed(
          "The script %s %s.".formatted(file, hangs ? "was ended at its limit" : "exited 1"));
    }
  }
}
