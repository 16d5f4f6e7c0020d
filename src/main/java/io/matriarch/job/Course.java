package io.matriarch.job;

import io.matriarch.inventory.Fleet;
import io.matriarch.job.Cleanups.Cleanup;
import io.matriarch.job.Executor.Parts;
import io.matriarch.remote.ShellUnavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * One walk through the plan of one run: forward, or back by its cleanups, with every state written
 * before and after.
 */
final class Course {

  private static final Logger LOG = LoggerFactory.getLogger(Course.class);

  /**
   * Why a step failed.
   *
   * @param untouched it failed before it could change anything
   * @param onlyForward there is no way back, and one forward
   * @param cancelled it stopped since the job was cancelled
   */
  private record Failure(
      String message, boolean untouched, boolean onlyForward, boolean cancelled) {}

  /** Of a step at which a console stopped; the run did not fail by it. */
  private static final String CUT_SHORT = "interrupted: whether it took effect is not known";

  private final Parts parts;
  private final Owned run;
  private final Lease lease;
  private final RunJournal journal;
  private final Map<Integer, StepState> steps = new HashMap<>();
  private final RunStates states;
  private final Cleanups cleanups = new Cleanups();
  private final List<String> unclean = new ArrayList<>();
  private final List<String> remainder = new ArrayList<>();
  private final Service service = new Service();
  private @Nullable String failure;
  private boolean cancelled;
  private String stopped = "Cancelled at a safe point; its cleanups have run.";
  private boolean pastPoint;
  private boolean holding;

  Course(Parts parts, Owned run, Lease lease, RunJournal journal) {
    this.parts = parts;
    this.states = new RunStates(parts.runs(), parts.localLog(), run, lease, journal);
    this.run = run;
    this.pastPoint = run.pastPoint();
    this.lease = lease;
    this.journal = journal;
  }

  void go() throws InterruptedException {
    try {
      if (run.takenOver()) {
        takeUp();
      } else {
        begin();
      }
    } finally {
      holdNoMore();
    }
  }

  private void begin() throws InterruptedException {
    Fleet fleet = load();
    Optional<String> refusal = new Recheck(parts.catalogue(), parts.codec()).refusal(run, fleet);
    if (refusal.isPresent()) {
      end(RunState.REFUSED, refusal.get());
      return;
    }
    Plan plan = parts.codec().read(run.plan());
    try (World world = parts.worlds().open(run, lease, journal, fleet)) {
      forward(plan, world, 0);
      finish(plan, world, null);
    }
  }

  /** Runs the steps from an index on; sets {@link #failure} or {@link #cancelled}. */
  private void forward(Plan plan, World world, int from) throws InterruptedException {
    for (int i = from; i < plan.entries().size(); i++) {
      Plan.Entry entry = plan.entries().get(i);
      if (lease.isAlone() && !entry.step().clientsWait()) {
        continue;
      }
      if (plan.isPastPoint(i) && !met(plan, entry)) {
        skip(i, entry);
        continue;
      }
      lease.awaited(plan.isPastPoint(i) && entry.step().clientsWait());
      try {
        if (!step(plan, entry, i, world)) {
          return;
        }
      } catch (DataAccessException | TransactionException e) {
        leave(plan, i, e);
      }
      if (plan.isPastPoint(i) && plan.awaited(i + 1).isEmpty()) {
        holdNoMore();
      }
    }
    lease.awaited(false);
    if (lease.isAlone()) {
      states.keepHere();
    }
    lease.requireDatabase();
  }

  /** Our database failed at a step: it is left open, and only what clients wait for is done. */
  private void leave(Plan plan, int at, RuntimeException e) {
    lease.awaited(pastPoint && !plan.awaited(at + 1).isEmpty());
    if (!states.goOnAlone(e)) {
      throw e;
    }
  }

  /** One step, from its mark to its outcome; answers whether the next one follows. */
  private boolean step(Plan plan, Plan.Entry entry, int i, World world)
      throws InterruptedException {
    hold(plan, entry.step(), i);
    journal.at(StepKind.STEP, i);
    if (i == plan.pointOfNoReturn() && !pastPoint) {
      states.passPoint(i, plan.awaited(i));
      pastPoint = true;
      cleanups.passPoint();
    } else {
      cancelled = states.mark(StepKind.STEP, i, StepState.RUNNING, null);
    }
    if (cancelled && !plan.isPastPoint(i)) {
      states.settle(StepKind.STEP, i, StepState.SKIPPED, "cancelled before it began");
      return false;
    }
    cleanups.push(i, entry, plan.isPastPoint(i));
    journal.info(entry.step().describe());
    service.begins(entry.step(), world.clock());
    @Nullable Failure failed = perform(entry.step(), world);
    if (failed == null) {
      service.done(entry.step(), world.proofs(), world.clock());
      states.settle(StepKind.STEP, i, StepState.SUCCEEDED, null);
      steps.put(i, StepState.SUCCEEDED);
    } else if (failed.cancelled()) {
      stopped = failed.message();
      journal.info(stopped);
      states.settle(StepKind.STEP, i, StepState.SKIPPED, stopped);
      cancelled = true;
      return false;
    } else {
      fail(i, entry, failed);
      if (!plan.isPastPoint(i)) {
        return false;
      }
      remainder.add(left(entry.step()));
      service.lost(entry.step());
    }
    return true;
  }

  /** Where clients may be waiting already, nothing waits at the gate. */
  private void hold(Plan plan, Step step, int i) throws InterruptedException {
    if (run.takenOver() || plan.isPastPoint(i) && !plan.awaited(i).isEmpty()) {
      return;
    }
    if (!holding && step.interrupts()) {
      parts.gate().enter();
      holding = true;
    } else if (!holding) {
      parts.gate().giveWay();
    }
  }

  private void holdNoMore() {
    if (holding) {
      parts.gate().leave();
      holding = false;
    }
  }

  /** What lies before the point has been passed with it. */
  private boolean met(Plan plan, Plan.Entry entry) {
    return entry.needs().stream()
        .filter(plan::isPastPoint)
        .allMatch(n -> steps.get(n) == StepState.SUCCEEDED);
  }

  private void skip(int i, Plan.Entry entry) {
    remainder.add(left(entry.step()));
    states.settle(StepKind.STEP, i, StepState.SKIPPED, "not run: a step it needs did not succeed");
  }

  private void fail(int i, Plan.Entry entry, Failure failed) {
    String message = failed.message();
    steps.put(i, StepState.FAILED);
    if (failed.untouched()) {
      cleanups.spare(i);
    }
    if (failure == null) {
      failure = message;
    }
    journal.error(message);
    states.settle(StepKind.STEP, i, StepState.FAILED, message);
  }

  private static String left(Step step) {
    return step.finishedBy().isEmpty()
        ? step.describe()
        : step.describe() + " (finish with " + step.finishedBy() + ")";
  }

  private static String trying(Step step) {
    return "While trying to %s: ".formatted(step.describe());
  }

  /** The failure, or null when the step succeeded. */
  private @Nullable Failure perform(Step step, World world) throws InterruptedException {
    lease.require(run.runId());
    try {
      step.run(world);
      return null;
    } catch (StepFailed e) {
      boolean unreached = e.getCause() instanceof ShellUnavailable;
      // What did not get through names a command; people think in steps.
      String message = unreached ? trying(step) + e.getMessage() : e.getMessage();
      return new Failure(
          message, unreached && !journal.isChanging(), e.isOnlyForward(), e.isCancelled());
    } catch (OwnershipLost | DataAccessException | TransactionException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("run {}: step \"{}\" broke", run.runId(), step.describe(), e);
      return new Failure(
          "%s stopped on an internal error: %s. It may have happened; look at the target."
              .formatted(step.describe(), e),
          false,
          false,
          false);
    }
  }

  /** Cleanups, the last look, and the end state. */
  private void finish(Plan plan, World world, @Nullable String interrupted)
      throws InterruptedException {
    boolean complete = succeeded() == plan.entries().size();
    for (Optional<Cleanup> next = cleanups.next(); next.isPresent(); next = cleanups.next()) {
      Cleanup cleanup = next.get();
      if (cleanup.kind() == StepKind.ON_FAILURE && complete) {
        states.settle(cleanup.kind(), cleanup.ordinal(), StepState.SKIPPED, "not needed");
        continue;
      }
      if (clean(cleanup, world) && !pastPoint && plan.pointOfNoReturn() < plan.entries().size()) {
        journal.info("there is no way back any more: the run goes on past its point of no return");
        forward(plan, world, plan.pointOfNoReturn());
      }
    }
    if (plan.last() != null) {
      lookLast(plan.last(), world);
    }
    if (!run.takenOver() && !pastPoint && !complete) {
      service.spared(plan);
    }
    end(complete, interrupted);
  }

  private long succeeded() {
    return steps.values().stream().filter(s -> s == StepState.SUCCEEDED).count();
  }

  /** Answers whether it found that there is only a way forward. */
  private boolean clean(Cleanup cleanup, World world) throws InterruptedException {
    journal.at(cleanup.kind(), cleanup.ordinal());
    journal.info("cleanup: " + cleanup.step().describe());
    states.mark(cleanup.kind(), cleanup.ordinal(), StepState.RUNNING, null);
    Failure failed = perform(cleanup.step(), world);
    if (failed == null) {
      service.done(cleanup.step(), world.proofs(), world.clock());
      states.settle(cleanup.kind(), cleanup.ordinal(), StepState.SUCCEEDED, null);
      return false;
    }
    if (!failed.onlyForward()) {
      String message = failed.message();
      unclean.add(
          message.startsWith(trying(cleanup.step()))
              ? message
              : cleanup.step().describe() + ": " + message);
      service.lost(cleanup.step());
    } else {
      failure = (failure == null ? "" : failure + " ") + failed.message();
    }
    journal.error(failed.message());
    states.settle(cleanup.kind(), cleanup.ordinal(), StepState.FAILED, failed.message());
    return failed.onlyForward();
  }

  private void lookLast(Step last, World world) throws InterruptedException {
    journal.at(StepKind.LAST, 0);
    states.mark(StepKind.LAST, 0, StepState.RUNNING, null);
    Failure failed = perform(last, world);
    states.settle(
        StepKind.LAST,
        0,
        failed == null ? StepState.SUCCEEDED : StepState.FAILED,
        failed == null ? null : failed.message());
  }

  private void end(boolean complete, @Nullable String interrupted) {
    RunState state;
    String message;
    if (!unclean.isEmpty()) {
      state = RunState.FAILED_UNCLEAN;
      message = first(failure, interrupted) + " Left undone: " + String.join("; ", unclean);
    } else if (complete) {
      state = RunState.SUCCEEDED;
      message = "";
    } else if (failure != null) {
      state = RunState.FAILED;
      message = failure;
    } else if (interrupted != null) {
      state = RunState.INTERRUPTED;
      message = interrupted;
    } else {
      state = RunState.CANCELLED;
      message = stopped;
    }
    end(state, service.after(message.strip()));
  }

  private void end(RunState state, String message) {
    states.end(state, message, remainder);
  }

  private static String first(@Nullable String a, @Nullable String b) {
    return a != null ? a : b != null ? b : "";
  }

  /** Takes up a run that another attempt left. */
  private void takeUp() throws InterruptedException {
    Plan plan;
    try {
      plan = parts.codec().read(run.plan());
    } catch (StepCodec.UnknownStep e) {
      end(
          RunState.FAILED_UNCLEAN,
          "The run was interrupted, and its plan cannot be read: %s. Its cleanups were not run; look at the target."
              .formatted(e.getMessage()));
      return;
    }
    restore(plan);
    journal.info(
        "attempt %d takes the run up where the one before left it".formatted(run.attempt()));
    Fleet fleet = load();
    List<String> untold = parts.worlds().raiseFence(run, lease, serversLeft(plan), journal, fleet);
    if (!untold.isEmpty()) {
      end(
          RunState.FAILED_UNCLEAN,
          "The console that ran this stopped, and these hosts could not be told that another took over, so nothing more was sent: %s. Cleanups were not run; look at the target."
              .formatted(String.join("; ", untold)));
      return;
    }
    try (World world = parts.worlds().open(run, lease, journal, fleet)) {
      if (run.pastPoint()) {
        forward(plan, world, firstOpen(plan));
        finish(plan, world, null);
      } else {
        boolean begun = !steps.isEmpty();
        finish(
            plan,
            world,
            begun
                ? "The console that ran this stopped in the middle; the cleanups have run. Retry plans afresh."
                : "The console that was to run this stopped before the first step; nothing was done. Retry plans afresh.");
      }
    }
  }

  private void restore(Plan plan) {
    for (Runs.Stored p : parts.runs().steps(run.runId())) {
      if (p.kind() == StepKind.STEP
          && p.state() != StepState.PENDING
          && p.state() != StepState.SKIPPED) {
        steps.put(
            p.ordinal(), p.state() == StepState.SUCCEEDED ? StepState.SUCCEEDED : StepState.FAILED);
        if (p.state() == StepState.FAILED && failure == null && !CUT_SHORT.equals(p.message())) {
          failure = p.message() == null ? "a step failed" : p.message();
        }
        if (p.state() == StepState.RUNNING && !run.pastPoint()) {
          states.mark(StepKind.STEP, p.ordinal(), StepState.FAILED, CUT_SHORT);
        }
      } else if (p.state() == StepState.SUCCEEDED || p.state() == StepState.SKIPPED) {
        cleanups.done(p.kind(), p.ordinal());
      }
    }
    for (int i = 0; i < plan.entries().size(); i++) {
      if (steps.containsKey(i)) {
        cleanups.push(i, plan.entries().get(i), run.pastPoint());
      }
    }
  }

  /** The first step past the point that has not succeeded. */
  private int firstOpen(Plan plan) {
    int i = plan.pointOfNoReturn();
    while (i < plan.entries().size() && steps.get(i) == StepState.SUCCEEDED) {
      i++;
    }
    return i;
  }

  /** Servers that interrupted or remaining steps and the cleanups may touch. */
  private Set<Long> serversLeft(Plan plan) {
    Set<Long> servers = new TreeSet<>();
    for (int i = 0; i < plan.entries().size(); i++) {
      StepState state = steps.get(i);
      if (state == StepState.FAILED || (run.pastPoint() && state != StepState.SUCCEEDED)) {
        servers.addAll(plan.entries().get(i).step().servers());
      }
    }
    servers.addAll(cleanups.servers());
    return servers;
  }

  private Fleet load() {
    Set<Long> named =
        parts
            .catalogue()
            .find(run.action())
            .map(action -> action.servers(run.options()))
            .orElse(Set.of());
    return parts.fleets().load(run.target(), named);
  }
}
