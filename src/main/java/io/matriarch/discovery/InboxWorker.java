package io.matriarch.discovery;

import io.matriarch.database.Changes;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Empties the inbox whenever a report arrives, and every few seconds in case news got lost. */
@Component
class InboxWorker implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(InboxWorker.class);
  private static final long ANYWAY_SECONDS = 5;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 2_000;

  private final Changes changes;
  private final Inbox inbox;
  private final Semaphore news = new Semaphore(0);
  private Changes.@Nullable Registration registration;
  private @Nullable Thread thread;

  InboxWorker(Changes changes, Inbox inbox) {
    this.changes = changes;
    this.inbox = inbox;
  }

  @Override
  public synchronized void start() {
    if (thread == null) {
      registration = changes.listen("report", server -> news.release());
      thread = Thread.ofPlatform().daemon().name("inbox").start(this::run);
    }
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        boolean told = news.tryAcquire(ANYWAY_SECONDS, TimeUnit.SECONDS);
        news.drainPermits();
        int taken = inbox.drain();
        if (told && taken == 0) {
          log.trace("Another console was faster");
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        log.warn("Applying reports failed and is tried again: {}", e.toString());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void stop() {
    if (registration != null) {
      registration.close();
      registration = null;
    }
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(java.time.Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return thread != null;
  }
}
