package io.matriarch.job;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stored step or cleanup of a run. */
public record StepRow(
    long runId,
    StepKind kind,
    int ordinal,
    String describe,
    List<Step.HostCommand> commands,
    StepState state,
    @Nullable String message,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable ByteProgress progress) {

  public StepRow {
    commands = List.copyOf(commands);
  }
}
