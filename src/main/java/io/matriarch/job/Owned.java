package io.matriarch.job;

import org.jspecify.annotations.Nullable;

/**
 * A run that this console owns for one attempt; every write about it names the attempt.
 *
 * @param fence the herd's fencing number, for the host guard; null when the run locks no herd
 * @param takenOver whether another attempt began it
 */
record Owned(
    long runId,
    long jobId,
    int attempt,
    ActionName action,
    Target target,
    String targetName,
    @Nullable Long herdId,
    @Nullable Long fence,
    Options options,
    String plan,
    String planHash,
    boolean pastPoint,
    boolean takenOver) {}
