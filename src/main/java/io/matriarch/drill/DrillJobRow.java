package io.matriarch.drill;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One drill: a job over any number of herds, from view {@code v_drill_job}.
 *
 * @param state the worst of its herds
 * @param failedHerds that stayed at home or are not back
 * @param stallMillis the longest of its herds
 * @param failed writes of probes; null without a probe
 */
public record DrillJobRow(
    long jobId,
    String requestedBy,
    Instant confirmedAt,
    boolean scheduled,
    @Nullable Instant notBefore,
    String environments,
    String firstHerd,
    long herds,
    long passed,
    long missed,
    long failedHerds,
    DrillState state,
    @Nullable Long stallMillis,
    @Nullable Long objectiveMillis,
    @Nullable Long failed,
    @Nullable Instant endedAt) {}
