package io.matriarch.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A host: it may be down or frozen, is slow at times, and remembers the highest fence it saw. */
final class Machine {

  final long id;
  final String name;
  final Schedule schedule;

  /** Kept on disk by the host guard: the highest fence by herd. */
  final Map<Long, Long> fences = new TreeMap<>();

  final List<Pooler> poolers = new ArrayList<>();
  @Nullable Instance instance;
  private final List<Runnable> thawing = new ArrayList<>();
  private boolean up = true;

  /** Off for good. */
  private boolean lost;

  private boolean frozen;
  private int boot = 1;
  private long unsteadyUntil;

  /** Of the wall clock, in microseconds. */
  long skew;

  int slowness = 1;

  /** Somebody holds the lock of the host guard. */
  boolean guardHeld;

  private long loginHangsUntil;

  Machine(long id, String name, Schedule schedule) {
    this.id = id;
    this.name = name;
    this.schedule = schedule;
  }

  boolean isUp() {
    return up;
  }

  boolean isFrozen() {
    return frozen;
  }

  int boot() {
    return boot;
  }

  /** Up and awake for a while, so that what it does by its own clock must have been done. */
  boolean isSteady(long micros) {
    return up && !frozen && schedule.now() - unsteadyUntil > micros;
  }

  /** Something that a process of this boot does later; a crash forgets it, a freeze puts it off. */
  void after(long micros, Runnable what) {
    int mine = boot;
    schedule.after(micros * slowness, () -> now(mine, what));
  }

  private void now(int mine, Runnable what) {
    if (mine != boot || !up) {
      return;
    }
    if (frozen) {
      thawing.add(() -> now(mine, what));
    } else {
      what.run();
    }
  }

  void freeze() {
    frozen = up;
  }

  void thaw() {
    if (!frozen) {
      return;
    }
    frozen = false;
    unsteadyUntil = schedule.now();
    List<Runnable> due = List.copyOf(thawing);
    thawing.clear();
    due.forEach(d -> schedule.after(schedule.between(0, 500), d));
  }

  void crash() {
    if (!up) {
      return;
    }
    up = false;
    frozen = false;
    thawing.clear();
    if (instance != null) {
      instance.kill();
    }
    poolers.forEach(Pooler::kill);
  }

  /** Its power is gone, and nobody brings it back. */
  void lose() {
    lost = true;
    crash();
  }

  boolean isLost() {
    return lost;
  }

  /** A login, sudo included, asks a directory that does not answer for so long. */
  void hangLogins(long micros) {
    loginHangsUntil = schedule.now() + micros;
  }

  /** How long a login takes now. */
  long login() {
    return Math.max(0, loginHangsUntil - schedule.now())
        + schedule.between(2 * Schedule.MILLI, 30 * Schedule.MILLI);
  }

  /** Starts everything that it carries, as Debian does. */
  void start() {
    if (up || lost) {
      return;
    }
    up = true;
    boot++;
    unsteadyUntil = schedule.now();
    after(
        schedule.between(500_000, 3 * Schedule.SECOND),
        () -> {
          if (instance != null) {
            instance.start("the boot");
          }
        });
    poolers.forEach(p -> after(schedule.between(200_000, Schedule.SECOND), p::start));
  }

  @Override
  public String toString() {
    return name;
  }
}
