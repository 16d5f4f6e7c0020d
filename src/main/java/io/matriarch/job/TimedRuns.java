package io.matriarch.job;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * {@link Runs} whose writes in the course of a run fail after a limit, also where the network to
 * our database swallows everything and tells nobody. What was given up may still arrive.
 */
final class TimedRuns implements Runs {

  private static final Duration JUST_WOKEN = Duration.ofMillis(500);

  private final Runs runs;
  private final Duration limit;

  TimedRuns(Runs runs, Duration limit) {
    this.runs = runs;
    this.limit = limit;
  }

  private <T> T timed(Supplier<T> call) {
    FutureTask<T> task = new FutureTask<>(call::get);
    Thread.ofVirtual().name("runs").start(task);
    try {
      return answer(task);
    } catch (TimeoutException e) {
      throw new DataAccessResourceFailureException(
          "our own database gave no answer within %d s".formatted(limit.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataAccessResourceFailureException("interrupted while our database was asked", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** A console that was frozen finds the limit passed and an answer that is just being read. */
  private <T> T answer(FutureTask<T> task)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return task.get(JUST_WOKEN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void timed(Runnable call) {
    timed(
        () -> {
          call.run();
          return true;
        });
  }

  @Override
  public boolean mark(Owned run, List<Mark> marks, List<Line> lines) {
    return timed(() -> runs.mark(run, marks, lines));
  }

  @Override
  public void passPoint(Owned run, List<Integer> awaited, List<Mark> marks, List<Line> lines) {
    timed(() -> runs.passPoint(run, awaited, marks, lines));
  }

  @Override
  public void keepProof(Owned run, StepKind kind, int ordinal, String name, String value) {
    timed(() -> runs.keepProof(run, kind, ordinal, name, value));
  }

  @Override
  public Optional<String> findProof(long runId, String name) {
    return timed(() -> runs.findProof(runId, name));
  }

  @Override
  public List<Owned> claim(int most) {
    return runs.claim(most);
  }

  @Override
  public List<Owned> takeOver(Set<Long> mine, boolean formerLife) {
    return runs.takeOver(mine, formerLife);
  }

  @Override
  public Set<Long> heartbeat(Collection<Owned> owned) {
    return runs.heartbeat(owned);
  }

  @Override
  public void expireAndRenew() {
    runs.expireAndRenew();
  }

  @Override
  public boolean tell(Owned run, StepKind kind, int ordinal, String what, long done, long total) {
    return runs.tell(run, kind, ordinal, what, done, total);
  }

  @Override
  public List<Stored> steps(long runId) {
    return runs.steps(runId);
  }

  @Override
  public void end(
      Owned run,
      RunState state,
      String message,
      List<String> remainder,
      List<Mark> marks,
      List<Line> lines) {
    runs.end(run, state, message, remainder, marks, lines);
  }

  @Override
  public void append(Owned run, List<Line> lines) {
    runs.append(run, lines);
  }

  @Override
  public void reconcile(long runId, int attempt, List<Line> lines) {
    runs.reconcile(runId, attempt, lines);
  }
}
