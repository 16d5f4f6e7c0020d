package io.matriarch.simulator;

import io.matriarch.job.Replication;
import io.matriarch.job.RunState;
import io.matriarch.simulator.Invariants.Name;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What must be so once every fault is over and everything has come to rest. */
final class Ending {

  private final Simulation model;

  Ending(Simulation model) {
    this.model = model;
  }

  void look() {
    runsEnded();
    rows();
    if (isExcused()) {
      return;
    }
    service();
    names();
    slots();
    standbys();
    lastRun();
  }

  /** At the moment at which the run has ended. */
  void ended(long run) {
    Instance primary = model.invariants.reigning();
    if (model.store.state(run) != RunState.SUCCEEDED || primary == null) {
      return;
    }
    if (!primary.synchronousNames().equals(model.herd.synchronous)) {
      model.invariants.broken(
          Name.I2,
          "run %d succeeded, and commits on %s wait for \"%s\""
              .formatted(run, primary, primary.synchronousNames()));
    }
    String value = SimulatedDns.value(primary.machine.name);
    for (Map<String, String> server : List.of(model.zone.primary, model.zone.secondary)) {
      if (server.values().stream().anyMatch(v -> !v.equals(value))) {
        model.invariants.broken(
            Name.I6,
            "run %d succeeded, %s is primary, and a name server says %s"
                .formatted(run, primary, server));
      }
    }
  }

  /** What a run could not change, it says. */
  private void names() {
    if (model.herd.writers().isEmpty() || isLeftOver("change ")) {
      return;
    }
    String value = SimulatedDns.value(model.herd.writers().getFirst().machine.name);
    if (model.zone.primary.values().stream().anyMatch(v -> !v.equals(value))) {
      broken("%s should be, and DNS says %s".formatted(value, model.zone.primary));
    }
  }

  /**
   * A slot of a standby that nobody uses holds its WAL until the disk is full. One that did not
   * follow in time keeps its slots where a person is told to make it follow.
   */
  private void slots() {
    if (isLeftOver("drop the slots") || isLeftOver("make ")) {
      return;
    }
    for (Instance instance : model.herd.instances) {
      // Whoever was cut off is down, and what it keeps goes when it is rewound.
      if (isOut(instance) || instance.refuses || model.invariants.isMute(instance)) {
        continue;
      }
      for (String slot : instance.slots.keySet()) {
        boolean used =
            model.herd.instances.stream()
                .anyMatch(
                    i ->
                        i.upstream.host().equals(instance.machine.name)
                            && i.upstream.slot().equals(slot));
        // Whoever is away may follow a former primary when it is back, so its slot is kept for it.
        boolean away =
            model.herd.instances.stream()
                .anyMatch(i -> model.invariants.isMute(i) && slot.equals("matriarch_" + i.id));
        if (!used && !away && !instance.acceptsWrites()) {
          broken("the slot %s was left on %s".formatted(slot, instance));
        }
      }
    }
  }

  private void broken(String message) {
    model.invariants.broken(Name.LIVENESS, message);
  }

  private void runsEnded() {
    for (long run : model.runs) {
      RunState state = model.store.state(run);
      if (!state.isEnded()) {
        broken("run %d is still %s".formatted(run, state));
      } else if (state != RunState.SUCCEEDED && model.store.message(run).isBlank()) {
        broken("run %d ended as %s and does not say why".formatted(run, state));
      } else if (!model.store.isAudited(run)) {
        model.invariants.broken(Name.I4, "the trail has no intent or outcome of run " + run);
      }
    }
  }

  /** Every acknowledged row is on the writable primary, or where it would be started. */
  private void rows() {
    List<Instance> writers = model.herd.writers();
    Instance lost = model.invariants.lost();
    if (writers.isEmpty() && lost != null) {
      return;
    }
    Instance best =
        writers.isEmpty()
            ? model.herd.instances.stream()
                .max(
                    java.util.Comparator.comparingInt((Instance i) -> i.timeline)
                        .thenComparingInt(i -> i.wal.size()))
                .orElseThrow()
            : writers.getFirst();
    List<Long> missing = model.invariants.missing(best);
    if (!missing.isEmpty()) {
      model.invariants.broken(
          Name.I2,
          "%d acknowledged rows are not on %s: %s".formatted(missing.size(), best, missing));
    }
  }

  /** A run that says that it left something undone, or a command that came twice, explains it. */
  private boolean isExcused() {
    return model.invariants.ranAgain()
        || model.runs.stream().anyMatch(r -> model.store.state(r) == RunState.FAILED_UNCLEAN);
  }

  /** Past the point a run may leave something over, and then says what. */
  private boolean isLeftOver(String what) {
    return model.runs.stream()
        .filter(r -> model.store.pastPoint(r) && model.store.state(r) == RunState.FAILED)
        .flatMap(r -> model.store.remainder(r).stream())
        .anyMatch(line -> line.startsWith(what));
  }

  private void service() {
    // Nobody is promoted until somebody succeeds, and the lost one is not started for that.
    boolean gone = model.invariants.lost() != null;
    if (model.herd.writers().isEmpty() && !gone && !isLeftOver("promote")) {
      broken(
          "nobody accepts writes: "
              + model.herd.instances.stream()
                  .map(i -> i + " " + i.process + (i.inRecovery ? " in recovery" : ""))
                  .toList());
    }
    if (model.herd.writers().isEmpty()) {
      return;
    }
    Instance writer = model.herd.writers().getFirst();
    for (Pooler pooler : model.poolers) {
      if (pooler.paused) {
        broken(pooler + " is still paused");
      } else if (!pooler.target.equals(writer.machine.name)
          && !isLeftOver("lead clients")
          && !isLeftOver("prove that")) {
        broken("%s leads to %s, and %s is primary".formatted(pooler, pooler.target, writer));
      }
    }
    boolean struck = model.setting.features().disaster() != Features.Disaster.NONE;
    if (!model.clients.isEmpty() && model.herd.acknowledged.isEmpty() && !struck) {
      broken("no client has written anything");
    }
  }

  /** A standby finds the WAL that it needs where it looks for it, or where a run wanted it to. */
  private void standbys() {
    if (isLeftOver("make ")) {
      return;
    }
    for (Instance instance : model.herd.instances) {
      boolean found =
          Stream.concat(
                  Stream.ofNullable(model.herd.at(instance.upstream.host())),
                  model.herd.writers().stream())
              .anyMatch(from -> instance.wal.size() >= from.wal.removed);
      if (instance.isRunning() && instance.inRecovery && !found && !isOut(instance)) {
        broken(
            "%s cannot follow %s, which has removed WAL"
                .formatted(instance, instance.upstream.host()));
      }
    }
  }

  /** Fenced, or gone for good. */
  private static boolean isOut(Instance instance) {
    return instance.machine.isLost() || instance.upstream.host().equals(Replication.NOWHERE);
  }

  private void lastRun() {
    if (model.runs.isEmpty()) {
      return;
    }
    long run = model.runs.getLast();
    Instance reigning = model.invariants.reigning();
    boolean switched = model.store.state(run) == RunState.SUCCEEDED;
    Instance writer = model.herd.writers().isEmpty() ? null : model.herd.writers().getFirst();
    if (!switched) {
      return;
    }
    if (writer == null || writer != reigning) {
      broken("run %d succeeded, and %s is primary instead of %s".formatted(run, writer, reigning));
    } else if (!model.terms.published.lastEntry().getValue().equals(writer.machine.name)) {
      broken("run %d succeeded, and %s is published".formatted(run, model.terms.published));
    }
  }
}
