package io.matriarch.simulator;

import io.matriarch.inventory.Commits;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.SimulatedEngine.Caller;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link Terms} of one run in the simulated database, by the conditions of the real statements. */
final class SimulatedTerms implements Terms {

  /** What the database keeps: the run of each term, and who was published under it. */
  static final class Table {
    final TreeMap<Long, Long> runs = new TreeMap<>();
    final TreeMap<Long, String> published = new TreeMap<>();
    int timeline;
  }

  private final Table table;
  private final Console console;
  private final long run;
  private final Caller caller;
  private final Invariants invariants;
  private final boolean unchecked;
  private final Inventory inventory;

  SimulatedTerms(Table table, Wire wire, Invariants invariants, Inventory inventory) {
    this.inventory = inventory;
    this.table = table;
    this.console = wire.console();
    this.caller = wire.caller();
    this.run = caller.run();
    this.invariants = invariants;
    this.unchecked = wire.has(Plant.TERM_NOT_CHECKED);
  }

  private @Nullable Long ours() {
    return table.runs.entrySet().stream()
        .filter(e -> e.getValue() == run)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  @Override
  public long reserve() {
    Supplier<Long> reserve =
        () -> {
          Long ours = ours();
          if (ours != null) {
            return ours;
          }
          long next = table.runs.isEmpty() ? 1 : table.runs.lastKey() + 1;
          table.runs.put(next, run);
          return next;
        };
    return console.through("reserve a term", reserve);
  }

  @Override
  public void publish(InstanceRef primary, String address, int timeline) throws StepFailed {
    boolean done =
        console.through(
            "publish " + primary.server(),
            () -> {
              Long ours = ours();
              if (ours == null || (table.runs.lastKey() > ours && !unchecked)) {
                return false;
              }
              table.published.put(ours, primary.server());
              table.timeline = timeline;
              invariants.published(ours, primary.server());
              return true;
            });
    if (!done) {
      throw new StepFailed(
          "%s is not published as primary: a higher term of this herd was reserved by another run."
              .formatted(primary));
    }
  }

  @Override
  public OptionalLong requireOwn() throws StepFailed {
    Standing now =
        console.through(
            "look for a later term",
            () -> {
              Long ours = ours();
              boolean overtaken =
                  ours != null
                      && table.runs.lastKey() > ours
                      && table.runs.lastEntry().getValue() != run;
              return new Standing(
                  caller.isCurrent(),
                  overtaken,
                  ours == null ? OptionalLong.empty() : OptionalLong.of(ours));
            });
    if (!now.ours()) {
      throw caller.lost("another attempt has taken it over; this one stops");
    }
    if (now.overtaken()) {
      throw new StepFailed(
          "Another run reserved a later term of the herd while this one was at work. Nothing more is published.");
    }
    return now.term();
  }

  private record Standing(boolean ours, boolean overtaken, OptionalLong term) {}

  @Override
  public Commits commits(InstanceRef primary) {
    return console.through(
        "ask what commits on %s wait for".formatted(primary.server()),
        () -> inventory.commits(primary.id()));
  }

  @Override
  public Known known(InstanceRef primary) {
    return console.through(
        "ask what is known of " + primary.server(),
        () -> inventory.known(primary.id(), table.timeline));
  }

  @Override
  public String ownIdentifier() {
    return console.through("ask for the own identifier", () -> "42");
  }
}
