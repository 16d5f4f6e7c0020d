package io.matriarch.simulator;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Rewinds;
import io.matriarch.job.StepFailed;
import io.matriarch.postgres.Rewind.Order;
import io.matriarch.postgres.Rewind.Phase;
import io.matriarch.postgres.Rewind.State;
import java.time.Duration;

/** {@link Rewinds} of a model that has no {@code pg_rewind}: each one gives up untouched. */
final class SimulatedRewinds implements Rewinds {

  private static final State GIVEN_UP =
      new State(Phase.FAILED, false, "", "", "", "the model has no pg_rewind", "", "", false);

  @Override
  public State state(InstanceRef instance) {
    return new State(Phase.NONE, false, "", "", "", "", "", "", false);
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
  public void release(InstanceRef instance, Systemd systemd) throws StepFailed {
    throw new StepFailed("the model has no pg_rewind");
  }

  @Override
  public void settle(InstanceRef instance, Systemd systemd) {}
}
