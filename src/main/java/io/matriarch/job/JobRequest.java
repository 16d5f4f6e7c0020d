package io.matriarch.job;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One action on many targets, as somebody asks for it.
 *
 * @param stopAfter failures after which runs that have not begun are cancelled; null for never
 * @param planHash the hash that a preview gave; when given, it must still be true
 * @param idempotencyKey a second request of the same person with this key answers the first job
 */
public record JobRequest(
    ActionName action,
    List<Target> targets,
    Map<String, String> options,
    int parallelism,
    @Nullable Integer stopAfter,
    Window window,
    Waves waves,
    @Nullable String planHash,
    @Nullable String idempotencyKey) {

  public static final int DEFAULT_PARALLELISM = 8;
  public static final int MOST_TARGETS = 10_000;

  public JobRequest {
    targets = List.copyOf(targets);
    options = Map.copyOf(options);
    if (targets.isEmpty() || targets.size() > MOST_TARGETS) {
      throw new InvalidRequest(
          "%d targets: a job has 1 to %d".formatted(targets.size(), MOST_TARGETS));
    }
    if (targets.stream().distinct().count() != targets.size()) {
      throw new InvalidRequest("a target is named twice");
    }
    if (parallelism < 1 || parallelism > 500) {
      throw new InvalidRequest("parallelism %d: it is 1 to 500".formatted(parallelism));
    }
    if (stopAfter != null && stopAfter < 1) {
      throw new InvalidRequest("stopAfter %d: it is at least 1".formatted(stopAfter));
    }
    if (waves.canary() != null && waves.canary() >= targets.size()) {
      throw new InvalidRequest(
          "canary %d: of %d targets no other would wait for it; leave it out or name more targets"
              .formatted(waves.canary(), targets.size()));
    }
    if (idempotencyKey != null && (idempotencyKey.isBlank() || idempotencyKey.length() > 200)) {
      throw new InvalidRequest("an idempotency key has 1 to 200 characters");
    }
  }

  /** One that begins at once, all targets in one wave. */
  public JobRequest(
      ActionName action,
      List<Target> targets,
      Map<String, String> options,
      int parallelism,
      @Nullable Integer stopAfter,
      @Nullable String planHash,
      @Nullable String idempotencyKey) {
    this(
        action,
        targets,
        options,
        parallelism,
        stopAfter,
        Window.NOW,
        Waves.ONE,
        planHash,
        idempotencyKey);
  }

  public static JobRequest of(String action, List<Target> targets, Map<String, String> options) {
    return new JobRequest(
        new ActionName(action), targets, options, DEFAULT_PARALLELISM, null, null, null);
  }

  public JobRequest confirming(String hash) {
    return new JobRequest(
        action, targets, options, parallelism, stopAfter, window, waves, hash, idempotencyKey);
  }

  public JobRequest on(List<Target> others) {
    return new JobRequest(
        action, others, options, parallelism, stopAfter, window, waves, planHash, idempotencyKey);
  }

  public JobRequest atOnce(int runs) {
    return new JobRequest(
        action, targets, options, runs, stopAfter, window, waves, planHash, idempotencyKey);
  }

  public JobRequest within(Window other) {
    return new JobRequest(
        action, targets, options, parallelism, stopAfter, other, waves, planHash, idempotencyKey);
  }

  public JobRequest inWaves(Waves other) {
    return new JobRequest(
        action, targets, options, parallelism, stopAfter, window, other, planHash, idempotencyKey);
  }
}
