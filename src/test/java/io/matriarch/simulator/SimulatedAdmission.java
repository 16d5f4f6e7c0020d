package io.matriarch.simulator;

import io.matriarch.job.Admission;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.StepFailed;
import io.matriarch.simulator.Wire.Remote;
import io.matriarch.simulator.Wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** {@link Admission} on the model: its clients hold no sessions between their statements. */
final class SimulatedAdmission implements Admission {

  private static final Duration QUICK = Duration.ofSeconds(20);

  private final Wire wire;
  private final Herd herd;
  private final List<Machine> machines;

  SimulatedAdmission(Wire wire, Herd herd, List<Machine> machines) {
    this.wire = wire;
    this.herd = herd;
    this.machines = machines;
  }

  private static <T> Supplier<Remote<T>> running(Instance instance, Supplier<Reply<T>> what) {
    return () ->
        () ->
            instance.isRunning()
                ? what.get()
                : Reply.failed("psql on %s: no connection to the server".formatted(instance));
  }

  @Override
  public void prepare(InstanceRef primary, List<Door> doors) throws StepFailed {
    Instance instance = herd.member(primary.id());
    wire.<Boolean>read(
        instance.machine, "read pg_hba.conf", QUICK, running(instance, () -> Reply.of(true)));
  }

  @Override
  public void refuse(InstanceRef primary, List<Door> doors, Duration limit) throws StepFailed {
    Instance instance = herd.member(primary.id());
    wire.<Boolean>change(
        instance.machine,
        "let nobody in",
        QUICK,
        running(
            instance,
            () -> {
              instance.refuses = !wire.has(Plant.DOOR_LEFT_OPEN);
              return Reply.of(true);
            }));
    for (Door door : doors) {
      Machine from = at(door);
      boolean refused =
          wire.<Boolean>change(
              from,
              "try a connection to " + door.address(),
              QUICK,
              () -> () -> Reply.of(reaches(from, instance) && instance.refuses));
      if (!refused && !wire.has(Plant.DOOR_LEFT_OPEN)) {
        throw new StepFailed("From %s no refusal came back".formatted(door.server()));
      }
    }
  }

  private Machine at(Door door) {
    return machines.stream().filter(m -> m.id == door.serverId()).findFirst().orElseThrow();
  }

  private boolean reaches(Machine from, Instance to) {
    return to.isRunning()
        && !to.machine.isFrozen()
        && herd.network.both(from.name, to.machine.name);
  }

  @Override
  public Still endSessions(InstanceRef primary, Duration limit, Duration still) throws StepFailed {
    Instance instance = herd.member(primary.id());
    return wire.change(
        instance.machine,
        "end sessions",
        limit,
        running(
            instance,
            () -> {
              instance.commit();
              return Reply.of(
                  new Still(instance.timeline, Wal.text(instance.wal.end(instance.wal.size()))));
            }));
  }

  @Override
  public void admit(InstanceRef ref) throws StepFailed {
    Instance instance = herd.member(ref.id());
    wire.change(
        instance.machine,
        "let clients in",
        QUICK,
        () ->
            () -> {
              instance.refuses = false;
              return Reply.of(true);
            });
  }
}
