package io.matriarch.api;

import io.matriarch.inventory.InvalidField;
import io.matriarch.job.ActionName;
import io.matriarch.job.InvalidRequest;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Target;
import io.matriarch.job.Waves;
import io.matriarch.job.Window;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One action on many targets, as a client asks for it. */
record JobBody(
    @Schema(example = "instance.stop") @Nullable String action,
    @Nullable List<TargetBody> targets,
    @Schema(
            description = "By name; GET /api/actions tells which there are",
            example = "{\"mode\":\"fast\"}")
        @Nullable Map<String, Object> options,
    @Schema(description = "Runs at once, 1 to 500", defaultValue = "8")
        @Nullable Integer parallelism,
    @Schema(description = "Failures after which no more runs begin; null: never")
        @Nullable Integer stopAfter,
    @Schema(
            description =
                "The runs stay QUEUED until then and are checked again at their turn; null: begin at once. At most 31 days from now",
            format = "date-time",
            example = "2026-11-28T02:00:00Z")
        @Nullable String notBefore,
    @Schema(
            description =
                "Runs that have not begun by then end REFUSED; null: 15 minutes after they might have begun, if no console is there",
            format = "date-time",
            example = "2026-11-28T04:00:00Z")
        @Nullable String notAfter,
    @Schema(
            description =
                "So many targets are the first wave; unless all of them succeed, the others end CANCELLED. Fewer than there are targets")
        @Nullable Integer canary,
    @Schema(
            description =
                "Targets of each further wave, in the order given; one begins when all of the one before has ended. null: all in one")
        @Nullable Integer waveSize,
    @Schema(description = "Between the end of a wave and the beginning of the next, 1 to 86400")
        @Nullable Integer wavePauseSeconds,
    @Schema(
            description = "Herds of a lower priority number are waves before those of a higher one",
            defaultValue = "false")
        @Nullable Boolean wavesByPriority,
    @Schema(description = "What the preview answered; if it is no longer true: 409")
        @Nullable String planHash) {

  /** Exactly one of the three. */
  @Schema(name = "Target", example = "{\"instance\":12}")
  record TargetBody(@Nullable Long instance, @Nullable Long herd, @Nullable Long server) {

    static TargetBody of(Target target) {
      return switch (target.kind()) {
        case INSTANCE -> new TargetBody(target.id(), null, null);
        case HERD -> new TargetBody(null, target.id(), null);
        case SERVER -> new TargetBody(null, null, target.id());
      };
    }

    private Target target() {
      List<Target> named =
          Stream.of(
                  instance == null ? null : Target.instance(instance),
                  herd == null ? null : Target.herd(herd),
                  server == null ? null : Target.server(server))
              .filter(java.util.Objects::nonNull)
              .toList();
      if (named.size() != 1) {
        throw new InvalidField("targets", "names exactly one of instance, herd and server each");
      }
      return named.getFirst();
    }
  }

  JobRequest request(@Nullable String idempotencyKey) {
    if (action == null) {
      throw new InvalidField("action", "is missing");
    }
    if (targets == null) {
      throw new InvalidField("targets", "is missing");
    }
    return new JobRequest(
        name(action),
        targets.stream().map(TargetBody::target).toList(),
        texts(),
        parallelism == null ? JobRequest.DEFAULT_PARALLELISM : parallelism,
        stopAfter,
        new Window(instant("notBefore", notBefore), instant("notAfter", notAfter)),
        new Waves(
            canary,
            waveSize,
            wavePauseSeconds == null ? null : Duration.ofSeconds(wavePauseSeconds),
            Boolean.TRUE.equals(wavesByPriority)),
        planHash,
        idempotencyKey);
  }

  private static @Nullable Instant instant(String field, @Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new InvalidField(field, "is no instant with its zone, such as 2026-11-28T02:00:00Z");
    }
  }

  private static ActionName name(String action) {
    try {
      return new ActionName(action);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    if (options != null) {
      options.forEach((name, value) -> texts.put(name, text(name, value)));
    }
    return texts;
  }

  /** Numbers and flags may come as such, ids as a list. */
  private static String text(String name, Object value) {
    return switch (value) {
      case String text -> text;
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case Boolean flag -> flag.toString();
      case List<?> ids ->
          ids.stream()
              .map(id -> text(name, java.util.Objects.requireNonNullElse(id, Map.of())))
              .collect(Collectors.joining(","));
      default ->
          throw new InvalidField("options." + name, "must be a text, a number, true or false");
    };
  }
}
