package io.matriarch.simulator;

import io.matriarch.job.RunState;
import io.matriarch.simulator.Invariants.Name;
import java.util.List;

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
    lastRun();
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
    if (model.herd.writers().isEmpty() && !isLeftOver("promote")) {
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
      } else if (!pooler.target.equals(writer.machine.name) && !isLeftOver("lead clients")) {
        broken("%s leads to %s, and %s is primary".formatted(pooler, pooler.target, writer));
      }
    }
    if (!model.clients.isEmpty() && model.herd.acknowledged.isEmpty()) {
      broken("no client has written anything");
    }
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
