package io.matriarch.api;

import io.matriarch.inventory.EnvironmentRow;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An environment as the API shows it. */
@Schema(name = "Environment")
record EnvironmentJson(
    long id,
    String name,
    String description,
    int position,
    @Schema(description = "The ETag without its quotes; If-Match names it") int version,
    long servers,
    long herds,
    long instances,
    @Schema(description = "How long clients may wait while a herd is moved to its DR site or back")
        @Nullable Integer stallObjectiveMillis,
    @Schema(description = "How far a DR standby may be behind")
        @Nullable Integer lagObjectiveSeconds) {

  static EnvironmentJson of(EnvironmentRow row) {
    return new EnvironmentJson(
        row.id(),
        row.name(),
        row.description(),
        row.position(),
        row.version(),
        row.servers(),
        row.herds(),
        row.instances(),
        row.stallObjectiveMillis(),
        row.lagObjectiveSeconds());
  }
}
