package io.matriarch.job;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of the engine. The lease ends well before others may take over, so that a console that
 * froze stops by itself first.
 *
 * @param runsAtOnce runs that one console executes at a time
 * @param holdingAtOnce runs of one console that may hold clients at a time; 0: as many as it has
 *     cores
 * @param runsPerServer runs of all jobs that may touch one server at a time
 */
@ConfigurationProperties("matriarch.engine")
record EngineLimits(
    @DefaultValue("200") int runsAtOnce,
    @DefaultValue("4") int runsPerServer,
    @DefaultValue("0") int holdingAtOnce,
    @DefaultValue("2s") Duration heartbeatEvery,
    @DefaultValue("10s") Duration leaseHolds,
    @DefaultValue("15s") Duration takeOverAfter,
    @DefaultValue("15m") Duration confirmationHolds,
    @DefaultValue("60s") Duration renewalHolds) {

  Gate gate() {
    return new Gate(holdingAtOnce > 0 ? holdingAtOnce : Runtime.getRuntime().availableProcessors());
  }

  EngineLimits {
    if (leaseHolds.compareTo(takeOverAfter) >= 0) {
      throw new IllegalArgumentException(
          "matriarch.engine.lease-holds must be shorter than take-over-after");
    }
  }
}
