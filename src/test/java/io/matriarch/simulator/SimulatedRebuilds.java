package io.matriarch.simulator;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Rebuilds;
import io.matriarch.job.StepFailed;
import io.matriarch.postgres.Rebuild.Contents;
import io.matriarch.postgres.Rebuild.Order;
import io.matriarch.postgres.Rebuild.Phase;
import io.matriarch.postgres.Rebuild.State;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Rebuilds} of a model that has no {@code pg_rewind}: each one gives up untouched. */
final class SimulatedRebuilds implements Rebuilds {

  private static final State GIVEN_UP =
      new State(
          Phase.FAILED,
          null,
          Contents.CLUSTER,
          false,
          "",
          "",
          "",
          "the model has no pg_rewind",
          "",
          "",
          false);

  @Override
  public State state(InstanceRef instance) {
    return State.NONE;
  }

  @Override
  public State begin(InstanceRef instance, Order order, Systemd systemd) {
    return GIVEN_UP;
  }

  @Override
  public State await(InstanceRef instance, Systemd systemd, Duration limit) {
    return GIVEN_UP;
  }

  @Override
  public Configured configured(InstanceRef instance, @Nullable String configFile) {
    return Configured.NONE;
  }

  @Override
  public Optional<String> make(
      InstanceRef instance, InstanceRef primary, @Nullable String name, String identifier) {
    return Optional.of("the model makes no servers");
  }

  @Override
  public State stop(InstanceRef instance, Systemd systemd) {
    return GIVEN_UP;
  }

  @Override
  public void release(InstanceRef instance, Systemd systemd) throws StepFailed {
    throw new StepFailed("the model has no pg_rewind");
  }

  @Override
  public void settle(InstanceRef instance, Systemd systemd) {}
}
