package io.matriarch.alarm;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One delivery, from view {@code v_alarm_delivery}.
 *
 * @param event opened, ended or test
 * @param about the herd or server that the problem is about
 * @param state waiting, retrying, delivered or given up
 * @param answer what came back at the last attempt
 * @param nextAt when it is tried again
 */
public record DeliveryRow(
    long id,
    long receiverId,
    String event,
    @Nullable Long problemId,
    @Nullable String kind,
    @Nullable String severity,
    @Nullable String detail,
    @Nullable String about,
    @Nullable String environment,
    String state,
    Instant createdAt,
    int attempts,
    @Nullable Instant triedAt,
    @Nullable String answer,
    @Nullable Instant nextAt) {}
