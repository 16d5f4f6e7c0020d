package io.matriarch.job;

import io.matriarch.inventory.Fleet;
import io.matriarch.remote.ShellUnavailable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * Carries one owned run from its first check to its last cleanup, or takes up one that another
 * console left: before its point of no return by its cleanups, past it by rolling forward.
 */
final class Executor {

  private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

  /** Loads what the run's action needs to decide, at the moment it runs. */
  interface Fleets {
    Fleet load(Target target);
  }

  /** Makes the world of a run, and tells hosts its fence. */
  interface Worlds {
    World open(Owned run, Lease lease, RunJournal journal, Fleet fleet);

    /** Tells the servers the run's fence; answers those that could not be told, with the reason. */
    List<String> raiseFence(
        Owned run, Lease lease, Set<Long> servers, RunJournal journal, Fleet fleet)
        throws InterruptedException;
  }

  private final Runs runs;
  private final Catalogue catalogue;
  private final Fleets fleets;
  private final Worlds worlds;
  private final StepCodec codec;

  Executor(Runs runs, Catalogue catalogue, Fleets fleets, Worlds worlds, StepCodec codec) {
    this.runs = runs;
    this.catalogue = catalogue;
    this.fleets = fleets;
    this.worlds = worlds;
    this.codec = codec;
  }

  /** Never throws; what cannot be written any more is left to whoever takes the run over. */
  void execute(Owned run, Lease lease, RunJournal journal) {
    try {
      new Course(run, lease, journal).go();
    } catch (OwnershipLost e) {
      LOG.warn("{}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.info(
          "run {} was left at a stop of this console; its next start takes it up", run.runId());
    } catch (DataAccessException | TransactionException e) {
      LOG.warn(
          "run {} was left where it is, since the metadata database failed; it will be taken over: {}",
          run.runId(),
          e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("run {} of job {} stopped on an internal error", run.runId(), run.jobId(), e);
      endBroken(run, journal, e);
    }
  }

  private void endBroken(Owned run, RunJournal journal, RuntimeException cause) {
    try {
      runs.end(
          run,
          RunState.FAILED_UNCLEAN,
          "The engine stopped on an internal error (%s). Steps shown as running may have happened, cleanups may be left; look at the target before anything else."
              .formatted(cause),
          List.of(),
          List.of(),
          journal.drain());
    } catch (RuntimeException e) {
      LOG.error("run {} could not be ended; it will be taken over", run.runId(), e);
    }
  }

  /** One walk through one plan. */
  private final class Course {

    private record Cleanup(StepKind kind, int ordinal, Step step) {}

    /** Why a step failed, and whether it failed before it could change anything. */
    private record Failure(String message, boolean untouched) {}

    private final Owned run;
    private final Lease lease;
    private final RunJournal journal;
    private final Map<Integer, StepState> steps = new HashMap<>();
    private final Set<String> cleaned = new java.util.HashSet<>();
    private final Deque<Cleanup> stack = new ArrayDeque<>();
    private final List<String> unclean = new ArrayList<>();
    private final List<String> remainder = new ArrayList<>();
    private final List<Runs.Mark> unwritten = new ArrayList<>();
    private @Nullable String failure;
    private boolean cancelled;

    Course(Owned run, Lease lease, RunJournal journal) {
      this.run = run;
      this.lease = lease;
      this.journal = journal;
    }

    void go() throws InterruptedException {
      if (run.takenOver()) {
        takeUp();
      } else {
        begin();
      }
    }

    private void begin() throws InterruptedException {
      Fleet fleet = fleets.load(run.target());
      Optional<String> refusal = refusal(fleet);
      if (refusal.isPresent()) {
        end(RunState.REFUSED, refusal.get());
        return;
      }
      Plan plan = codec.read(run.plan());
      try (World world = worlds.open(run, lease, journal, fleet)) {
        forward(plan, world, 0);
        finish(plan, world, null);
      }
    }

    private Optional<String> refusal(Fleet fleet) {
      Optional<Action> action = catalogue.find(run.action());
      if (action.isEmpty()) {
        return Optional.of(
            "This version knows no action %s; nothing was done.".formatted(run.action()));
      }
      if (Planner.nameOf(run.target(), fleet).isEmpty()) {
        return Optional.of(
            "%s is no longer in the inventory; nothing was done.".formatted(run.targetName()));
      }
      List<String> failed =
          action.get().checks(run.target(), fleet, run.options()).stream()
              .filter(c -> Planner.refuses(c, run.options()))
              .map(c -> c.name() + ": " + c.seen() + ". " + c.remedy())
              .toList();
      if (!failed.isEmpty()) {
        return Optional.of(
            "The herd changed since you confirmed; nothing was done. " + String.join(" ", failed));
      }
      Plan now = action.get().plan(run.target(), fleet, run.options());
      String hash = StepCodec.hash(codec.write(Planner.complete(now, run.target(), fleet)));
      return hash.equals(run.planHash())
          ? Optional.empty()
          : Optional.of(
              "The herd changed since you confirmed: what would be done now is not what was shown. Nothing was done; look at the plan again.");
    }

    /** Runs the steps from an index on; sets {@link #failure} or {@link #cancelled}. */
    private void forward(Plan plan, World world, int from) throws InterruptedException {
      for (int i = from; i < plan.entries().size(); i++) {
        if (i == plan.pointOfNoReturn() && !run.pastPoint()) {
          runs.passPoint(run, settled(), journal.drain());
          stack.removeIf(c -> c.kind() == StepKind.ON_FAILURE);
        }
        Plan.Entry entry = plan.entries().get(i);
        if (plan.isPastPoint(i) && !met(entry)) {
          skip(i, entry);
          continue;
        }
        journal.at(StepKind.STEP, i);
        cancelled = mark(StepKind.STEP, i, StepState.RUNNING, null);
        if (cancelled && !plan.isPastPoint(i)) {
          settle(StepKind.STEP, i, StepState.SKIPPED, "cancelled before it began");
          return;
        }
        push(i, entry, plan.isPastPoint(i));
        journal.info(entry.step().describe());
        @Nullable Failure failed = perform(entry.step(), world);
        if (failed == null) {
          settle(StepKind.STEP, i, StepState.SUCCEEDED, null);
          steps.put(i, StepState.SUCCEEDED);
        } else {
          fail(i, entry, failed);
          if (!plan.isPastPoint(i)) {
            return;
          }
        }
      }
    }

    private boolean met(Plan.Entry entry) {
      return entry.needs().stream().allMatch(n -> steps.get(n) == StepState.SUCCEEDED);
    }

    private void skip(int i, Plan.Entry entry) {
      remainder.add(left(entry.step()));
      settle(StepKind.STEP, i, StepState.SKIPPED, "not run: a step it needs did not succeed");
    }

    private void fail(int i, Plan.Entry entry, Failure failed) {
      String message = failed.message();
      steps.put(i, StepState.FAILED);
      if (failed.untouched()) {
        stack.removeIf(c -> c.kind() == StepKind.ON_FAILURE && c.ordinal() == i);
      }
      if (failure == null) {
        failure = message;
      }
      remainder.add(left(entry.step()));
      journal.error(message);
      settle(StepKind.STEP, i, StepState.FAILED, message);
    }

    private static String left(Step step) {
      return step.finishedBy().isEmpty()
          ? step.describe()
          : step.describe() + " (finish with " + step.finishedBy() + ")";
    }

    private void push(int i, Plan.Entry entry, boolean past) {
      if (entry.always() != null && !cleaned.contains(StepKind.ALWAYS + "/" + i)) {
        stack.push(new Cleanup(StepKind.ALWAYS, i, entry.always()));
      }
      if (entry.onFailure() != null && !past && !cleaned.contains(StepKind.ON_FAILURE + "/" + i)) {
        stack.push(new Cleanup(StepKind.ON_FAILURE, i, entry.onFailure()));
      }
    }

    /** The failure, or null when the step succeeded. */
    private @Nullable Failure perform(Step step, World world) throws InterruptedException {
      lease.require(run.runId());
      try {
        step.run(world);
        return null;
      } catch (StepFailed e) {
        boolean unreached = e.getCause() instanceof ShellUnavailable;
        return new Failure(e.getMessage(), unreached && !journal.isChanging());
      } catch (OwnershipLost | DataAccessException | TransactionException e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.error("run {}: step \"{}\" broke", run.runId(), step.describe(), e);
        return new Failure(
            "%s stopped on an internal error: %s. It may have happened; look at the target."
                .formatted(step.describe(), e),
            false);
      }
    }

    /** Cleanups, the last look, and the end state. */
    private void finish(Plan plan, World world, @Nullable String interrupted)
        throws InterruptedException {
      boolean complete = succeeded() == plan.entries().size();
      while (!stack.isEmpty()) {
        Cleanup cleanup = stack.pop();
        if (cleanup.kind() == StepKind.ON_FAILURE && complete) {
          settle(cleanup.kind(), cleanup.ordinal(), StepState.SKIPPED, "not needed");
          continue;
        }
        clean(cleanup, world);
      }
      if (plan.last() != null) {
        lookLast(plan.last(), world);
      }
      end(complete, interrupted);
    }

    private long succeeded() {
      return steps.values().stream().filter(s -> s == StepState.SUCCEEDED).count();
    }

    private void clean(Cleanup cleanup, World world) throws InterruptedException {
      journal.at(cleanup.kind(), cleanup.ordinal());
      journal.info("cleanup: " + cleanup.step().describe());
      mark(cleanup.kind(), cleanup.ordinal(), StepState.RUNNING, null);
      Failure failed = perform(cleanup.step(), world);
      if (failed == null) {
        settle(cleanup.kind(), cleanup.ordinal(), StepState.SUCCEEDED, null);
      } else {
        unclean.add(cleanup.step().describe() + ": " + failed.message());
        journal.error(failed.message());
        settle(cleanup.kind(), cleanup.ordinal(), StepState.FAILED, failed.message());
      }
    }

    private void lookLast(Step last, World world) throws InterruptedException {
      journal.at(StepKind.LAST, 0);
      mark(StepKind.LAST, 0, StepState.RUNNING, null);
      Failure failed = perform(last, world);
      settle(
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
        message = "Cancelled at a safe point; its cleanups have run.";
      }
      end(state, message.strip());
    }

    private void end(RunState state, String message) {
      runs.end(run, state, message, remainder, settled(), journal.drain());
    }

    private static String first(@Nullable String a, @Nullable String b) {
      return a != null ? a : b != null ? b : "";
    }

    /** Stores a state now, with what was settled before; answers whether the job was cancelled. */
    private boolean mark(StepKind kind, int ordinal, StepState state, @Nullable String message) {
      settle(kind, ordinal, state, message);
      return runs.mark(run, settled(), journal.drain());
    }

    /** Keeps an outcome for the next write, which follows before anything else is done. */
    private void settle(StepKind kind, int ordinal, StepState state, @Nullable String message) {
      unwritten.add(new Runs.Mark(kind, ordinal, state, message));
    }

    private List<Runs.Mark> settled() {
      List<Runs.Mark> marks = List.copyOf(unwritten);
      unwritten.clear();
      return marks;
    }

    /** Takes up a run that another attempt left. */
    private void takeUp() throws InterruptedException {
      Plan plan;
      try {
        plan = codec.read(run.plan());
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
      Fleet fleet = fleets.load(run.target());
      List<String> untold = worlds.raiseFence(run, lease, serversLeft(plan), journal, fleet);
      if (!untold.isEmpty()) {
        end(
            RunState.FAILED_UNCLEAN,
            "The console that ran this stopped, and these hosts could not be told that another took over, so nothing more was sent: %s. Cleanups were not run; look at the target."
                .formatted(String.join("; ", untold)));
        return;
      }
      try (World world = worlds.open(run, lease, journal, fleet)) {
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
      for (Runs.Progress p : runs.progress(run.runId())) {
        if (p.kind() == StepKind.STEP
            && p.state() != StepState.PENDING
            && p.state() != StepState.SKIPPED) {
          steps.put(
              p.ordinal(),
              p.state() == StepState.SUCCEEDED ? StepState.SUCCEEDED : StepState.FAILED);
          if (p.state() == StepState.FAILED && failure == null) {
            failure = p.message() == null ? "a step failed" : p.message();
          }
          if (p.state() == StepState.RUNNING && !run.pastPoint()) {
            mark(
                StepKind.STEP,
                p.ordinal(),
                StepState.FAILED,
                "interrupted: whether it took effect is not known");
          }
        } else if (p.state() == StepState.SUCCEEDED || p.state() == StepState.SKIPPED) {
          cleaned.add(p.kind() + "/" + p.ordinal());
        }
      }
      for (int i = 0; i < plan.entries().size(); i++) {
        if (steps.containsKey(i)) {
          push(i, plan.entries().get(i), run.pastPoint());
        }
      }
    }

    private int firstOpen(Plan plan) {
      int i = 0;
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
      stack.forEach(c -> servers.addAll(c.step().servers()));
      return servers;
    }
  }
}
