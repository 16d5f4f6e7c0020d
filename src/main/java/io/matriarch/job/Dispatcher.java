package io.matriarch.job;

import io.matriarch.database.Changes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Finds runs whose turn it is and gives each a virtual thread. Woken by the notification that a
 * submission sends at its commit, and by the clock once a second; a wake-up that is lost or doubled
 * changes nothing, since runs are claimed by their rows.
 */
final class Dispatcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final long TICK_MILLIS = 1000;
  private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;

  private record Active(Owned run, Lease lease, RunJournal journal) {}

  private final Runs runs;
  private final LocalLog localLog;
  private final Executor executor;
  private final EngineLimits limits;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Map<Long, Active> active = new ConcurrentHashMap<>();
  private final Semaphore wake = new Semaphore(0);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("run-", 0).factory());
  private final Thread claiming =
      Thread.ofPlatform().daemon().name("dispatcher").unstarted(this::claimAlways);
  private final Thread beating =
      Thread.ofPlatform().daemon().name("heartbeat").unstarted(this::beatAlways);
  private Changes.@Nullable Registration listening;
  private volatile boolean closed;

  Dispatcher(
      Runs runs,
      LocalLog localLog,
      Executor executor,
      EngineLimits limits,
      Clock clock,
      LongSupplier nanoTime) {
    this.runs = runs;
    this.localLog = localLog;
    this.executor = executor;
    this.limits = limits;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Takes up the runs of this console's former life, then begins to claim. */
  void start(Changes changes) {
    localLog.reconcile(runs);
    takeOver(Set.of(), true);
    listening = changes.listen("job", payload -> wake.release());
    claiming.start();
    beating.start();
  }

  /** Stops claiming; running steps are interrupted and taken up at the next start. */
  @Override
  public void close() {
    closed = true;
    if (listening != null) {
      listening.close();
    }
    claiming.interrupt();
    beating.interrupt();
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("{} runs did not stop in time; the next start takes them up", active.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void claimAlways() {
    long upkeepAt = nanoTime.getAsLong();
    while (!closed) {
      try {
        boolean woken = wake.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS);
        wake.drainPermits();
        if (!woken || nanoTime.getAsLong() - upkeepAt > TICK_NANOS) {
          upkeepAt = nanoTime.getAsLong();
          localLog.reconcile(runs);
          runs.expireAndRenew();
          takeOver(active.keySet(), false);
        }
        claim();
      } catch (InterruptedException e) {
        return;
      } catch (DataAccessException | TransactionException e) {
        LOG.warn(
            "the metadata database does not answer, no run is claimed until it does: {}",
            e.getMessage());
        pause();
      } catch (RuntimeException e) {
        // A console that claims no more must not look as if it did.
        LOG.error("no run could be claimed, which is tried again", e);
        pause();
      }
    }
  }

  private void takeOver(Set<Long> mine, boolean formerLife) {
    long sent = nanoTime.getAsLong();
    runs.takeOver(mine, formerLife).forEach(run -> launch(run, sent));
  }

  private void pause() {
    try {
      wake.drainPermits();
      Thread.sleep(TICK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void claim() {
    List<Owned> claimed;
    do {
      long sent = nanoTime.getAsLong();
      claimed = runs.claim(limits.runsAtOnce() - active.size());
      claimed.forEach(run -> launch(run, sent));
    } while (!claimed.isEmpty());
  }

  private void launch(Owned run, long sentAtNanos) {
    Lease lease = new Lease(limits.leaseHolds(), nanoTime, sentAtNanos);
    Active entry = new Active(run, lease, new RunJournal(clock));
    active.put(run.runId(), entry);
    threads.execute(
        () -> {
          try {
            executor.execute(run, entry.lease, entry.journal);
          } finally {
            active.remove(run.runId());
            wake.release();
          }
        });
  }

  private void beatAlways() {
    long next = nanoTime.getAsLong();
    while (!closed) {
      try {
        if (nanoTime.getAsLong() >= next) {
          beat();
          next = nanoTime.getAsLong() + limits.heartbeatEvery().toNanos();
        }
        flushLogs();
        Thread.sleep(200);
      } catch (InterruptedException e) {
        return;
      } catch (DataAccessException | TransactionException e) {
        LOG.warn("no heartbeat could be kept: {}", e.getMessage());
      } catch (RuntimeException e) {
        // Without this thread every run of this console would be lost to others.
        LOG.error("no heartbeat could be kept, which is tried again", e);
      }
    }
  }

  private void beat() {
    List<Active> beating = List.copyOf(active.values());
    long sent = nanoTime.getAsLong();
    Set<Long> ours = runs.heartbeat(beating.stream().map(Active::run).collect(Collectors.toList()));
    for (Active entry : beating) {
      if (ours.contains(entry.run.runId())) {
        entry.lease.renewed(sent);
      } else {
        entry.lease.lose();
      }
    }
  }

  /** A long command's lines reach the table while it runs. */
  private void flushLogs() {
    for (Active entry : active.values()) {
      if (entry.lease.isAlone()) {
        continue;
      }
      List<Runs.Line> lines = entry.journal.drain();
      try {
        runs.append(entry.run, lines);
      } catch (OwnershipLost e) {
        entry.lease.lose();
      } catch (DataAccessException | TransactionException e) {
        entry.journal.putBack(lines);
        throw e;
      }
    }
  }
}
