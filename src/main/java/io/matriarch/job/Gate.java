package io.matriarch.job;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets only few runs of a console hold clients at a time, and the others' work wait a moment
 * meanwhile, so that in a job over many herds the clients of each wait little longer than they
 * would alone.
 */
final class Gate {

  private static final Duration LONGEST_COURTESY = Duration.ofSeconds(2);

  private final int places;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private int inside;

  Gate(int places) {
    this.places = places;
  }

  /** Waits for a place; the caller is about to make clients wait. */
  void enter() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (inside >= places) {
        changed.await();
      }
      inside++;
    } finally {
      lock.unlock();
    }
  }

  /** Clients go on. */
  void leave() {
    lock.lock();
    try {
      inside--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no run holds clients, a moment at most; the caller holds none. */
  void giveWay() throws InterruptedException {
    long left = LONGEST_COURTESY.toNanos();
    lock.lockInterruptibly();
    try {
      while (inside > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
