package io.matriarch.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one run has to clean up, the last first. */
final class Cleanups {

  /** A cleanup of the step with that ordinal. */
  record Cleanup(StepKind kind, int ordinal, Step step) {}

  private final Deque<Cleanup> stack = new ArrayDeque<>();
  private final Set<String> done = new HashSet<>();

  /** Tells of one that an earlier attempt has done. */
  void done(StepKind kind, int ordinal) {
    done.add(kind + "/" + ordinal);
  }

  /** Before a step is run: a half-done step is cleaned up too. */
  void push(int ordinal, Plan.Entry entry, boolean pastPoint) {
    push(StepKind.ALWAYS, ordinal, entry.always());
    if (!pastPoint) {
      push(StepKind.ON_FAILURE, ordinal, entry.onFailure());
    }
  }

  private void push(StepKind kind, int ordinal, @Nullable Step step) {
    if (step != null && !done.contains(kind + "/" + ordinal)) {
      stack.push(new Cleanup(kind, ordinal, step));
    }
  }

  /** The step failed before it could change anything. */
  void spare(int ordinal) {
    stack.removeIf(c -> c.kind() == StepKind.ON_FAILURE && c.ordinal() == ordinal);
  }

  /** There is no way back any more. */
  void passPoint() {
    stack.removeIf(c -> c.kind() == StepKind.ON_FAILURE);
  }

  Optional<Cleanup> next() {
    return Optional.ofNullable(stack.poll());
  }

  /** Servers that they may touch. */
  Set<Long> servers() {
    Set<Long> servers = new TreeSet<>();
    stack.forEach(c -> servers.addAll(c.step().servers()));
    return servers;
  }
}
