package io.matriarch.job;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The ordered steps for one target with their cleanups. Both kinds of cleanup go on one
 * last-in-first-out stack, pushed before their step runs, so that a half-done step is cleaned up
 * too; the point of no return drops those that only a failure wants.
 *
 * @param pointOfNoReturn index of the first step past the point; the number of entries if there is
 *     none
 * @param last runs after everything, whatever happened; the engine looks at the target there
 */
public record Plan(List<Entry> entries, int pointOfNoReturn, @Nullable Step last) {

  /**
   * One step and what undoes or follows it.
   *
   * @param needs indexes of the steps that must have succeeded for this one to run past the point
   */
  public record Entry(
      Step step, @Nullable Step always, @Nullable Step onFailure, List<Integer> needs) {
    public Entry {
      needs = List.copyOf(needs);
    }
  }

  public Plan {
    entries = List.copyOf(entries);
    if (entries.isEmpty() || pointOfNoReturn < 0 || pointOfNoReturn > entries.size()) {
      throw new IllegalArgumentException("a plan has at least one step, and its point lies within");
    }
  }

  public static Builder of(Step first) {
    return new Builder().then(first);
  }

  public boolean isPastPoint(int index) {
    return index >= pointOfNoReturn;
  }

  /** Ordinals, from that one on, of the steps past the point that clients wait for. */
  List<Integer> awaited(int from) {
    return IntStream.range(Math.max(from, pointOfNoReturn), entries.size())
        .filter(i -> entries.get(i).step().clientsWait())
        .boxed()
        .toList();
  }

  /** The same plan ending with a step that runs after all cleanups, come what may. */
  Plan endingWith(Step step) {
    return new Plan(entries, pointOfNoReturn, step);
  }

  /** Builds a plan that reads as a sentence. */
  public static final class Builder {

    private final List<Entry> entries = new ArrayList<>();
    private int point = -1;

    private Builder() {}

    /** The next step; past the point it needs every earlier one unless {@link #needs} says less. */
    public Builder then(Step step) {
      List<Integer> all = IntStream.range(0, entries.size()).boxed().toList();
      entries.add(new Entry(step, null, null, all));
      return this;
    }

    /** A cleanup that runs at the end, whatever happened. */
    public Builder always(Step cleanup) {
      Entry e = entries.removeLast();
      entries.add(new Entry(e.step(), cleanup, e.onFailure(), e.needs()));
      return this;
    }

    /** A cleanup that runs when this or a later step before the point fails. */
    public Builder onFailure(Step cleanup) {
      Entry e = entries.removeLast();
      entries.add(new Entry(e.step(), e.always(), cleanup, e.needs()));
      return this;
    }

    /** Names the only earlier steps that the last one needs. */
    public Builder needs(Step... earlier) {
      Entry e = entries.removeLast();
      List<Integer> indexes =
          IntStream.range(0, entries.size())
              .filter(i -> List.of(earlier).contains(entries.get(i).step()))
              .boxed()
              .toList();
      entries.add(new Entry(e.step(), e.always(), e.onFailure(), indexes));
      return this;
    }

    public Builder pointOfNoReturn() {
      if (point >= 0) {
        throw new IllegalStateException("a plan has one point of no return");
      }
      point = entries.size();
      return this;
    }

    public Plan build() {
      return new Plan(entries, point < 0 ? entries.size() : point, null);
    }
  }
}
