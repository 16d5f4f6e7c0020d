package io.matriarch.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a job's log.
 *
 * @param seq rises within the job; ask for what comes after the last one seen
 * @param stream info, command, stdout, stderr, exit or error
 * @param source the host it comes from; empty for the engine
 */
public record LogLine(
    long seq,
    Instant at,
    @Nullable Long run,
    @Nullable Integer step,
    String stream,
    String source,
    String text) {}
