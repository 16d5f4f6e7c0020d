package io.matriarch.action.step;

import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The standbys that are left when a primary is lost.
 *
 * @param candidate who is to take over
 * @param partial whether others that do not answer may be done without
 */
public record Survivors(Survivor candidate, List<Survivor> others, boolean partial) {

  private static final int AT_ONCE = 16;

  public Survivors {
    others = List.copyOf(others);
  }

  /** Something that is done on one of them. */
  interface Call {
    void on(Survivor survivor) throws StepFailed, InterruptedException;
  }

  /** On all of them at once; if others may be done without, those that fail are only told of. */
  void each(World world, Call call) throws StepFailed, InterruptedException {
    List<Together.Call> calls = new ArrayList<>();
    calls.add(() -> call.on(candidate));
    others.forEach(other -> calls.add(() -> withOrWithout(world, other, call)));
    world.together().all(calls, AT_ONCE);
  }

  private void withOrWithout(World world, Survivor other, Call call)
      throws StepFailed, InterruptedException {
    try {
      call.on(other);
    } catch (StepFailed e) {
      if (!partial) {
        throw e;
      }
      world.log().info("%s is done without: %s".formatted(other, e.getMessage()));
    }
  }

  List<Survivor> all() {
    return Stream.concat(Stream.of(candidate), others.stream()).toList();
  }

  Set<Long> servers() {
    return all().stream()
        .map(s -> s.instance().serverId())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public String toString() {
    return all().stream().map(Survivor::toString).collect(Collectors.joining(", "));
  }
}
