package io.matriarch.api;

import io.matriarch.alarm.DeliveryRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that a receiver was told, or is to be told. */
@Schema(name = "AlarmDelivery")
record AlarmDeliveryJson(
    @Schema(description = "Goes with the message, so that a repeat can be told") long id,
    @Schema(allowableValues = {"opened", "ended", "test"}) String event,
    @Schema(description = "null for a test") @Nullable Long problemId,
    @Nullable String kind,
    @Nullable String severity,
    @Nullable String detail,
    @Schema(description = "The herd or server that the problem is about") @Nullable String about,
    @Nullable String environment,
    @Schema(allowableValues = {"waiting", "retrying", "delivered", "given up"}) String state,
    Instant createdAt,
    int attempts,
    @Nullable Instant triedAt,
    @Schema(description = "What came back at the last attempt") @Nullable String answer,
    @Schema(description = "When it is tried again; null if it is not") @Nullable Instant nextAt) {

  static AlarmDeliveryJson of(DeliveryRow row) {
    return new AlarmDeliveryJson(
        row.id(),
        row.event(),
        row.problemId(),
        row.kind(),
        row.severity(),
        row.detail(),
        row.about(),
        row.environment(),
        row.state(),
        row.createdAt(),
        row.attempts(),
        row.triedAt(),
        row.answer(),
        row.nextAt());
  }
}
