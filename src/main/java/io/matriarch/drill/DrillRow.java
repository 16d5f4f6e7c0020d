package io.matriarch.drill;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a drill did with one herd, from view {@code v_drill}.
 *
 * @param home where it was primary before; null until it has left
 * @param objectiveMillis how long clients may wait, as the environment said then; null: nobody did
 * @param dueAt when the way back is asked for
 * @param note why it was not
 * @param stallMillis the longer of both ways
 * @param probed whether a probe wrote through a pooler, so that the stall is what clients felt
 * @param failed writes of probes, both ways; null without a probe
 */
public record DrillRow(
    long runId,
    long jobId,
    long herdId,
    String herd,
    String environment,
    String requestedBy,
    Instant confirmedAt,
    @Nullable String home,
    @Nullable String dr,
    @Nullable Long objectiveMillis,
    @Nullable Instant dueAt,
    @Nullable String note,
    DrillState state,
    @Nullable Long stallMillis,
    boolean probed,
    @Nullable Long failed,
    DrillLeg out,
    @Nullable DrillLeg back) {}
