package io.matriarch.alarm;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One receiver with its last delivery, from view {@code v_alarm_receiver}.
 *
 * @param problemKinds none: all
 * @param state disabled, nothing sent, waiting, retrying, delivered or given up
 * @param lastAnswer what came back when it was last sent to
 * @param waiting deliveries that have yet to succeed
 */
public record ReceiverRow(
    long id,
    String name,
    String kind,
    String address,
    @Nullable Long environmentId,
    @Nullable String environment,
    String leastSeverity,
    List<String> problemKinds,
    boolean enabled,
    int version,
    String state,
    @Nullable String lastEvent,
    @Nullable Instant lastAt,
    @Nullable String lastAnswer,
    long waiting) {}
