package io.matriarch.api;

import io.matriarch.inventory.Reign;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who is primary of a herd. */
@Schema(name = "Primary")
record PrimaryJson(
    String herd,
    @Schema(
            description =
                "Raised at every change of primary; null: none was ever published, and this is what was last seen")
        @Nullable Long term,
    @Schema(description = "Id of the instance") @Nullable Long instance,
    @Nullable String server,
    String address,
    int port,
    @Nullable Integer timeline,
    @Nullable Instant publishedAt,
    @Schema(description = "When the instance was last seen") @Nullable Instant observedAt) {

  static PrimaryJson of(Reign reign) {
    return new PrimaryJson(
        reign.herd(),
        reign.term(),
        reign.instanceId(),
        reign.server(),
        reign.address(),
        reign.port(),
        reign.timeline(),
        reign.publishedAt(),
        reign.observedAt());
  }
}
