package io.matriarch.simulator;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Simulated time in microseconds, and what happens next: one thing at a time. */
final class Schedule {

  static final long MILLI = 1000;
  static final long SECOND = 1_000_000;

  private record Event(long at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final @Nullable StringBuilder history;
  private long now;
  private long order;
  private @Nullable Throwable broken;
  Runnable afterEach = () -> {};

  Schedule(long seed, boolean told) {
    // Neighbouring seeds of Random begin alike.
    random = new Random(seed * 0x9E3779B97F4A7C15L ^ 0x5DEECE66DL);
    history = told ? new StringBuilder() : null;
  }

  long now() {
    return now;
  }

  void after(long micros, Runnable what) {
    events.add(new Event(now + Math.max(0, micros), order++, what));
  }

  /** Evenly between two times, the second excluded. */
  long between(long from, long to) {
    return from + (long) (random.nextDouble() * (to - from));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** What breaks inside an event ends the simulation. */
  void fail(Throwable thrown) {
    if (broken == null) {
      broken = thrown;
    }
  }

  void runUntil(long time, BooleanSupplier enough) {
    while (!enough.getAsBoolean()) {
      Event next = events.peek();
      if (next == null || next.at > time) {
        now = Math.max(now, time);
        return;
      }
      events.poll();
      now = next.at;
      next.what.run();
      afterEach.run();
      if (broken instanceof RuntimeException e) {
        throw e;
      } else if (broken != null) {
        throw new IllegalStateException("the simulation broke", broken);
      }
    }
  }

  void tell(Supplier<String> line) {
    if (history != null) {
      history.append("%12.6f  %s%n".formatted(now / 1e6, line.get()));
    }
  }

  String history() {
    return history == null ? "" : history.toString();
  }
}
