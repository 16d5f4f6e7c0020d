package io.matriarch.api;

import io.matriarch.security.Role;
import io.matriarch.watch.Automatics;
import io.matriarch.watch.Automatics.Standing;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Herds that fail over by themselves. */
@RestController
@Tag(name = "herds")
class AutomaticFailoverApi {

  private static final String OF_HERD = "/api/herds/{id}/automatic-failover";

  private final Automatics automatics;
  private final Guard guard;

  AutomaticFailoverApi(Automatics automatics, Guard guard) {
    this.automatics = automatics;
    this.guard = guard;
  }

  /** Whether it is to be on. */
  @Schema(name = "AutomaticFailoverChange")
  record Body(@Nullable Boolean on) {}

  /** How a herd stands. */
  @Schema(name = "AutomaticFailover")
  record Shown(
      boolean on,
      @Nullable Instant since,
      @Schema(description = "Who turned it on") @Nullable String by,
      @Schema(description = "Whether a standby could take over by itself now") boolean possible,
      @Schema(description = "Why not") List<String> reasons,
      @Schema(description = "When it may do so again, unless somebody acknowledges that it did")
          @Nullable Instant blockedUntil,
      @Schema(description = "Since when no herd of the fleet does so; null: they may")
          @Nullable Instant brakedSince,
      @Nullable String brakeReason,
      @Schema(description = "The last five, the latest first") List<Recovery> recoveries) {

    static Shown of(Standing standing) {
      Automatics.On on = standing.on();
      Automatics.Brake brake = standing.brake();
      return new Shown(
          on != null,
          on == null ? null : on.since(),
          on == null ? null : on.by(),
          standing.reasons().isEmpty(),
          standing.reasons(),
          standing.blockedUntil(),
          brake == null ? null : brake.pulledAt(),
          brake == null ? null : brake.reason(),
          standing.lately().stream().map(Recovery::of).toList());
    }
  }

  /** A failover that nobody asked for. */
  @Schema(name = "AutomaticRecovery")
  record Recovery(
      long jobId,
      @Schema(description = "Who did not reach the primary") String verdict,
      Instant decidedAt,
      @Schema(description = "Of its run") String state,
      @Nullable Instant acknowledgedAt,
      @Nullable String acknowledgedBy) {

    static Recovery of(Automatics.Recovery recovery) {
      return new Recovery(
          recovery.jobId(),
          recovery.verdict(),
          recovery.decidedAt(),
          recovery.state(),
          recovery.acknowledgedAt(),
          recovery.acknowledgedBy());
    }
  }

  @GetMapping(OF_HERD)
  @Operation(
      summary =
          "Whether a standby of a herd takes over by itself, whether it could, and what it did")
  Shown show(@PathVariable("id") long id) {
    return Shown.of(automatics.of(id));
  }

  @PutMapping(OF_HERD)
  @JsonBody(Body.class)
  @Operation(
      summary = "Turn automatic failover of a herd on or off (role dba)",
      description = "It cannot be turned on while it would not be safe; the answer says why.")
  Shown turn(@PathVariable("id") long id, @RequestBody byte[] json) {
    boolean on =
        guard.read(
            Role.DBA,
            "herd.automatic-failover",
            "herd " + id,
            () -> {
              show(id);
              Given<Body> given = Given.read(json, Body.class);
              return Objects.requireNonNull(given.must("on", given.body().on()));
            });
    if (on) {
      automatics.turnOn(id);
    } else {
      automatics.turnOff(id);
    }
    return show(id);
  }

  @PostMapping(OF_HERD + "/acknowledge")
  @Operation(summary = "Say that somebody has seen what came of it: it may do so again (role dba)")
  Shown acknowledge(@PathVariable("id") long id) {
    guard.read(Role.DBA, "herd.automatic-failover-acknowledge", "herd " + id, () -> show(id));
    automatics.acknowledge(id);
    return show(id);
  }

  /** The brake of the fleet. */
  @Schema(name = "AutomaticBrake")
  record BrakeShown(boolean pulled, @Nullable Instant since, @Nullable String reason) {}

  @GetMapping("/api/automatic-brake")
  @Operation(summary = "Whether so many herds failed that none fails over by itself any more")
  BrakeShown brake() {
    return automatics
        .brake()
        .map(b -> new BrakeShown(true, b.pulledAt(), b.reason()))
        .orElseGet(() -> new BrakeShown(false, null, null));
  }

  @PostMapping("/api/automatic-brake/release")
  @Operation(
      summary = "Say that somebody has looked: herds fail over by themselves again (role dba)")
  BrakeShown release() {
    automatics.release();
    return brake();
  }
}
