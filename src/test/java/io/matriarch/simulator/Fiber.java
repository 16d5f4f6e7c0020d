package io.matriarch.simulator;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs only while it holds the baton: the schedule hands it over with {@link #resume}
 * and waits until it comes back. So exactly one thread runs at a time.
 */
final class Fiber {

  /** Thrown where a fiber waits when its process is killed; nothing catches it on its way. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1;

    Died() {
      super("the process was killed", null, false, false);
    }
  }

  private static @Nullable Fiber unset() {
    return null;
  }

  private static final ThreadLocal<@Nullable Fiber> CURRENT = ThreadLocal.withInitial(Fiber::unset);

  private final Schedule schedule;
  private final Thread thread;
  private volatile boolean running;
  private volatile boolean killed;
  private volatile boolean ended;
  private volatile @Nullable Thread waiting;

  Fiber(Schedule schedule, Runnable body) {
    this.schedule = schedule;
    thread = Thread.ofVirtual().unstarted(() -> live(body));
  }

  private void live(Runnable body) {
    CURRENT.set(this);
    try {
      if (!killed) {
        body.run();
      }
    } catch (Died e) {
      // As meant.
    } catch (Throwable e) {
      schedule.fail(e);
    } finally {
      ended = true;
      running = false;
      LockSupport.unpark(waiting);
    }
  }

  static Fiber current() {
    return Objects.requireNonNull(CURRENT.get(), "only a fiber waits");
  }

  boolean hasEnded() {
    return ended;
  }

  /** Called by the schedule's thread; returns when the fiber waits or has ended. */
  void resume() {
    if (ended) {
      return;
    }
    waiting = Thread.currentThread();
    running = true;
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
    while (running) {
      LockSupport.park(this);
    }
  }

  /** Called by the fiber itself; returns when it is resumed. */
  void await() {
    running = false;
    LockSupport.unpark(waiting);
    while (!running) {
      LockSupport.park(this);
    }
    if (killed) {
      throw new Died();
    }
  }

  void kill() {
    killed = true;
    resume();
  }

  boolean isKilled() {
    return killed;
  }
}
