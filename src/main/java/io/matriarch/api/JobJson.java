package io.matriarch.api;

import io.matriarch.job.JobRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A job as lists show it. */
@Schema(name = "Job")
record JobJson(
    long id,
    String action,
    String label,
    @Schema(
            description =
                "QUEUED, RUNNING, SUCCEEDED, FAILED, FAILED_UNCLEAN, REFUSED, CANCELLED, INTERRUPTED: the worst of its runs")
        String state,
    Map<String, String> options,
    int parallelism,
    @Nullable Integer stopAfter,
    @Schema(description = "Its runs stay QUEUED until then") @Nullable Instant notBefore,
    @Schema(description = "Runs that have not begun by then end REFUSED")
        @Nullable Instant notAfter,
    @Schema(description = "Targets of the first wave, all of which must succeed")
        @Nullable Integer canary,
    @Schema(description = "Targets of each further wave") @Nullable Integer waveSize,
    @Nullable Integer wavePauseSeconds,
    @Schema(description = "Herds of a lower priority number are waves before the others")
        boolean wavesByPriority,
    String planHash,
    String requestedBy,
    @Schema(description = "screen, api, rule, system") String origin,
    Instant confirmedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant cancelledAt,
    @Nullable String cancelledBy,
    @Nullable Long retryOf,
    Counts counts) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Runs by how far they are; failed ones are all that ended otherwise than asked for. */
  @Schema(name = "RunCounts")
  record Counts(long all, long queued, long running, long succeeded, long failed) {}

  static JobJson of(JobRow row) {
    return new JobJson(
        row.id(),
        row.action(),
        row.label(),
        row.state().name(),
        options(row.options()),
        row.parallelism(),
        row.stopAfter(),
        row.window().notBefore(),
        row.window().notAfter(),
        row.waves().canary(),
        row.waves().size(),
        seconds(row.waves().pause()),
        row.waves().byPriority(),
        row.planHash(),
        row.requestedBy(),
        row.origin(),
        row.confirmedAt(),
        row.startedAt(),
        row.endedAt(),
        row.cancelledAt(),
        row.cancelledBy(),
        row.retryOf(),
        new Counts(row.runs(), row.queued(), row.running(), row.succeeded(), row.failed()));
  }

  private static @Nullable Integer seconds(@Nullable Duration duration) {
    return duration == null ? null : (int) duration.toSeconds();
  }

  private static Map<String, String> options(String stored) {
    JsonNode tree = JSON.readTree(stored);
    Map<String, String> options = new TreeMap<>();
    tree.path("values").properties().forEach(e -> options.put(e.getKey(), e.getValue().asString()));
    return options;
  }
}
