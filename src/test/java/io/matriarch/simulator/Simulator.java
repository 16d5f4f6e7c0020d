package io.matriarch.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.matriarch.job.RunState;
import io.matriarch.simulator.Simulation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Runs seeds: {@code ./dev sim}. */
public final class Simulator {

  private Simulator() {}

  static Outcome run(long seed, boolean told) {
    return run(seed, told, UnaryOperator.identity());
  }

  static Outcome run(long seed, boolean told, UnaryOperator<Setting> change) {
    Setting drawn;
    try (Simulation probe = new Simulation(seed, null, false)) {
      drawn = probe.setting;
    }
    try (Simulation simulation = new Simulation(seed, change.apply(drawn), told)) {
      return simulation.run();
    }
  }

  /** What a row of seeds came to. */
  static final class Tally {
    final Map<RunState, Integer> states = new TreeMap<>();
    final Map<Fault, Integer> faults = new TreeMap<>();
    final List<Outcome> broken = new ArrayList<>();
    long acknowledged;
    long calls;
    long refusals;

    synchronized void add(Outcome outcome) {
      outcome.runs().forEach(s -> states.merge(s, 1, Integer::sum));
      outcome.faults().forEach(f -> faults.merge(f, 1, Integer::sum));
      acknowledged += outcome.acknowledged();
      calls += outcome.calls();
      refusals += outcome.refusals();
      if (outcome.broken() != null) {
        broken.add(outcome);
      }
    }

    @Override
    public String toString() {
      return "runs %s; faults %s; %d rows acknowledged, %d calls, %d commands refused by the guard"
          .formatted(states, faults, acknowledged, calls, refusals);
    }
  }

  static Tally tally(long from, long seeds, int threads) throws InterruptedException {
    Tally tally = new Tally();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
      List<Future<?>> all = new ArrayList<>();
      LongStream.range(from, from + seeds)
          .forEach(seed -> all.add(pool.submit(() -> tally.add(run(seed, false)))));
      for (Future<?> each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a simulation could not be run", e.getCause());
    }
    return tally;
  }

  /** What a failed seed says. */
  static String told(Outcome outcome) {
    return "seed %d: %s%n  see it with: ./dev sim --seed %d"
        .formatted(outcome.seed(), said(outcome.broken()), outcome.seed());
  }

  private static String said(@Nullable Throwable thrown) {
    return thrown == null ? "all invariants hold" : String.valueOf(thrown.getMessage());
  }

  public static void main(String[] arguments) throws InterruptedException {
    // What the engine says of lost runs is part of the game, thousands of times.
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    long seeds = 1000;
    long from = 1;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      long value = Long.parseLong(arguments[i + 1]);
      switch (arguments[i]) {
        case "--seeds" -> seeds = value;
        case "--from" -> from = value;
        case "--seed" -> System.exit(one(value));
        default -> throw new IllegalArgumentException("no such option: " + arguments[i]);
      }
    }
    Tally tally = tally(from, seeds, Runtime.getRuntime().availableProcessors());
    tally.broken.sort(java.util.Comparator.comparingLong(Outcome::seed));
    tally.broken.forEach(o -> System.out.println(told(o)));
    System.out.printf("%d seeds from %d: %d broken%n%s%n", seeds, from, tally.broken.size(), tally);
    System.exit(tally.broken.isEmpty() ? 0 : 1);
  }

  private static int one(long seed) {
    Outcome outcome = run(seed, true);
    System.out.print(outcome.history());
    System.out.printf("faults %s, runs %s%n%s%n", outcome.faults(), outcome.runs(), told(outcome));
    return outcome.broken() == null ? 0 : 1;
  }
}
