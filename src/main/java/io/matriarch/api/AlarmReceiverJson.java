package io.matriarch.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.matriarch.alarm.ReceiverRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A receiver of alarms as the API shows it, with what came of its last delivery. */
@Schema(name = "AlarmReceiver")
record AlarmReceiverJson(
    long id,
    String name,
    @Schema(allowableValues = {"webhook", "e-mail"}) String kind,
    String address,
    @Schema(description = "Only problems of this environment; null: all")
        @Nullable String environment,
    @Nullable Long environmentId,
    @Schema(allowableValues = {"warning", "critical"}) String leastSeverity,
    @Schema(description = "Only problems of these kinds; null: all")
        @Nullable List<String> problemKinds,
    boolean enabled,
    @Schema(description = "The ETag without its quotes; If-Match names it") int version,
    @Schema(
            description =
                "disabled; nothing sent; else that of the last delivery: waiting, retrying, delivered, given up")
        String state,
    @Nullable String lastEvent,
    @Nullable Instant lastAt,
    @Schema(description = "What came back when it was last sent to") @Nullable String lastAnswer,
    @Schema(description = "Deliveries that have yet to succeed") long waiting,
    @Schema(description = "Of a webhook that was added without one; shown only then")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String secret) {

  static AlarmReceiverJson of(ReceiverRow row) {
    return of(row, null);
  }

  static AlarmReceiverJson of(ReceiverRow row, @Nullable String secret) {
    return new AlarmReceiverJson(
        row.id(),
        row.name(),
        row.kind(),
        row.address(),
        row.environment(),
        row.environmentId(),
        row.leastSeverity(),
        row.problemKinds().isEmpty() ? null : row.problemKinds(),
        row.enabled(),
        row.version(),
        row.state(),
        row.lastEvent(),
        row.lastAt(),
        row.lastAnswer(),
        row.waiting(),
        secret);
  }
}
