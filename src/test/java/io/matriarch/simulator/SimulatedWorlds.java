package io.matriarch.simulator;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Observer;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Proofs;
import io.matriarch.job.RunLog;
import io.matriarch.job.RunShell;
import io.matriarch.job.SimulatedEngine;
import io.matriarch.job.SimulatedEngine.Caller;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.simulator.Wire.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Makes the world of one attempt out of the model, for the console that it runs on. */
final class SimulatedWorlds implements SimulatedEngine.Worlds {

  static final String FENCE = "raise the fence";
  private static final Duration LOOK = Duration.ofSeconds(30);

  private final Console console;
  private final Simulation model;

  SimulatedWorlds(Console console, Simulation model) {
    this.console = console;
    this.model = model;
  }

  private Wire wire(Caller caller) {
    return new Wire(console, caller, model.network, model.faults, model.invariants, model.plants);
  }

  @Override
  public World open(Caller caller, Fleet fleet, RunLog log, Proofs proofs) {
    Wire wire = wire(caller);
    SimulatedTerms terms = new SimulatedTerms(model.terms, wire, model.invariants, model.inventory);
    return new World(
        new Shell(wire),
        instance -> look(wire, instance),
        new SimulatedReplication(wire, model.herd),
        new SimulatedAdmission(wire, model.herd, model.machines),
        new SimulatedRebuilds(),
        new SimulatedPoolers(wire, model.poolers),
        new SimulatedDns(model.zone, wire, terms, model.network),
        new SimulatedHooks(model.scripts, wire, terms),
        terms,
        new Observing(),
        log,
        proofs,
        (what, done, total) -> false,
        this::together,
        duration -> console.sleep(duration.toMillis() * 1000),
        clock());
  }

  Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Facts.EPOCH.plusNanos((console.schedule.now() + console.skew) * 1000);
      }
    };
  }

  private Machine machine(long server) {
    return model.machines.stream().filter(m -> m.id == server).findFirst().orElseThrow();
  }

  private Seen look(Wire wire, InstanceRef ref) throws StepFailed {
    Instance instance = model.herd.member(ref.id());
    return wire.read(instance.machine, "look", LOOK, () -> () -> Reply.of(seen(instance)));
  }

  private static Seen seen(Instance instance) {
    return switch (instance.process) {
      case STOPPED ->
          new Seen.Stopped(
              instance.control,
              instance.controlTimeline,
              Wal.text(instance.checkpoint),
              Herd.IDENTIFIER);
      case STARTING -> new Seen.NotAnswering("the database system is starting up");
      case STOPPING -> new Seen.NotAnswering("the database system is shutting down");
      case RUNNING ->
          new Seen.Running(
              instance.inRecovery,
              instance.timeline,
              Wal.text(instance.wal.end(instance.replayed)));
    };
  }

  /** Knows one command: that which starts a cluster, and waits for it. */
  private final class Shell implements RunShell {
    private final Wire wire;

    Shell(Wire wire) {
      this.wire = wire;
    }

    @Override
    public CommandResult read(long serverId, Command command) {
      throw new IllegalArgumentException("the model knows no command " + command.display());
    }

    @Override
    public CommandResult change(long serverId, Command command) throws StepFailed {
      if (!command.arguments().contains("start")) {
        throw new IllegalArgumentException("the model knows no command " + command.display());
      }
      Instance instance = Objects.requireNonNull(machine(serverId).instance);
      return wire.login(
          instance.machine,
          "start",
          command.timeLimit(),
          () -> {
            boolean started = instance.start("a run");
            return () ->
                instance.process == Instance.Process.STARTING
                    ? null
                    : Reply.of(
                        new CommandResult(started ? 0 : 2, Duration.ofSeconds(1), "", "", false));
          });
    }
  }

  private final class Observing implements Observer {
    @Override
    public void observe(Collection<Long> ids) {
      SimulatedWorlds.this.observe(ids);
    }

    @Override
    public void fenced(long instance, String how) {
      console.through(
          "keep the fence",
          () -> {
            model.inventory.fenced(instance);
            return true;
          });
    }
  }

  private void observe(Collection<Long> ids) {
    for (long id : ids) {
      Instance instance = model.herd.member(id);
      console.sleep(console.schedule.between(500, 5000));
      boolean reached =
          model.network.both(console.name, instance.machine.name)
              && instance.machine.isUp()
              && !instance.machine.isFrozen();
      if (reached) {
        model.inventory.see(instance);
      } else {
        model.inventory.missed(instance);
      }
    }
  }

  /** As ThreadsTogether: all are made, and every failure is told once all have ended. */
  private void together(List<Together.Call> calls, int limit) throws StepFailed {
    Fiber parent = Fiber.current();
    String[] failures = new String[calls.size()];
    RuntimeException[] lost = new RuntimeException[1];
    int[] left = {calls.size()};
    for (int i = 0; i < calls.size(); i++) {
      int at = i;
      console.spawn(
          () -> {
            try {
              calls.get(at).run();
            } catch (StepFailed e) {
              failures[at] = e.getMessage();
            } catch (InterruptedException e) {
              failures[at] = "interrupted";
            } catch (RuntimeException e) {
              if (SimulatedEngine.isOwnershipLost(e)) {
                lost[0] = e;
              }
              failures[at] = String.valueOf(e);
            }
            if (--left[0] == 0) {
              console.wake(parent);
            }
          });
    }
    while (left[0] > 0) {
      parent.await();
    }
    if (lost[0] != null) {
      throw lost[0];
    }
    List<String> told = Arrays.stream(failures).filter(Objects::nonNull).toList();
    if (!told.isEmpty()) {
      throw new StepFailed(String.join(" ", told));
    }
  }

  @Override
  public List<String> raiseFence(Caller caller, Set<Long> servers) {
    Wire wire = wire(caller);
    List<String> untold = new ArrayList<>();
    List<Together.Call> calls = new ArrayList<>();
    for (long server : new TreeSet<>(servers)) {
      calls.add(
          () -> {
            try {
              wire.change(
                  machine(server), FENCE, Duration.ofSeconds(20), () -> () -> Reply.of(true));
            } catch (StepFailed e) {
              untold.add(e.getMessage());
            }
          });
    }
    try {
      together(calls, 32);
    } catch (StepFailed e) {
      untold.add(e.getMessage());
    }
    return untold;
  }
}
