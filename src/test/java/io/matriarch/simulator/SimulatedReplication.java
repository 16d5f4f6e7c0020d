package io.matriarch.simulator;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Replication;
import io.matriarch.job.StepFailed;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.Rebuild.Space;
import io.matriarch.postgres.Stop.Down;
import io.matriarch.simulator.Instance.Upstream;
import io.matriarch.simulator.Wire.Remote;
import io.matriarch.simulator.Wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link Replication} on the model, with the proofs that the scripts give. */
final class SimulatedReplication implements Replication {

  private static final Duration QUICK = Duration.ofSeconds(20);

  private final Wire wire;
  private final Herd herd;
  private final String token;

  SimulatedReplication(Wire wire, Herd herd) {
    this.wire = wire;
    this.herd = herd;
    this.token = "run-" + wire.caller().run();
  }

  private Schedule schedule() {
    return wire.console().schedule;
  }

  private Instance of(InstanceRef ref) {
    return herd.member(ref.id());
  }

  /** SQL on a running server; it ends with its server. */
  private <T> Supplier<Remote<T>> sql(
      Instance instance, Duration limit, Function<Long, @Nullable Reply<T>> look) {
    return () -> {
      long begun = schedule().now();
      int life = instance.life();
      boolean running = instance.isRunning();
      return () -> {
        if (!running || life != instance.life() || !instance.isRunning()) {
          return Reply.failed(
              "psql on %s: no connection to the server, or it was closed".formatted(instance));
        }
        Reply<T> reply = look.apply(schedule().now() - begun);
        return reply == null && schedule().now() - begun > limit.toMillis() * 1000
            ? Reply.failed("psql on %s: no result within its limit".formatted(instance))
            : reply;
      };
    };
  }

  /** A script that does one thing at once. */
  private static <T> Supplier<Remote<T>> script(Supplier<Reply<T>> what) {
    return () -> what::get;
  }

  private void change(InstanceRef ref, String what, Runnable effect) throws StepFailed {
    Instance instance = of(ref);
    wire.<Boolean>change(
        instance.machine,
        what,
        QUICK,
        sql(
            instance,
            QUICK,
            since -> {
              effect.run();
              return Reply.of(true);
            }));
  }

  @Override
  public void checkpoint(InstanceRef instance, Duration limit) throws StepFailed {
    change(instance, "checkpoint", () -> of(instance).checkpoint());
  }

  @Override
  public String proveControl(InstanceRef primary, int timeline, Duration limit) throws StepFailed {
    checkpoint(primary, limit);
    return Herd.IDENTIFIER;
  }

  @Override
  public List<String> replicators(InstanceRef primary) {
    return List.of();
  }

  @Override
  public List<Space> spaces(InstanceRef instance) {
    return List.of(new Space(".", 1));
  }

  @Override
  public Optional<BackupProgress> backupProgress(InstanceRef source, String application) {
    return Optional.empty();
  }

  @Override
  public String rewinder(InstanceRef primary, String preferred) {
    return preferred;
  }

  @Override
  public Down stop(InstanceRef primary, Duration limit, Duration patience, String candidate)
      throws StepFailed {
    if (wire.has(Plant.STOP_NOT_PROVED)) {
      Instance instance = of(primary);
      return wire.change(
          instance.machine,
          "pretend to stop",
          QUICK,
          script(
              () ->
                  Reply.of(
                      new Down("shut down", Herd.IDENTIFIER, instance.timeline, Wal.text(0)))));
    }
    Down down = down(primary, "stop", limit, patience, candidate);
    if (!down.isClean()) {
      throw new StepFailed(
          "Stopping %s: no process of it is left, but pg_control says \"%s\", which proves no clean end."
              .formatted(primary, down.state()));
    }
    return down;
  }

  @Override
  public void stopStandby(InstanceRef standby, Duration limit) throws StepFailed {
    down(standby, "stop the standby", limit, limit, "");
  }

  @Override
  public Down awaitDown(InstanceRef instance, Duration limit, Duration immediate)
      throws StepFailed {
    Duration patience = Duration.ofSeconds(Math.min(5, limit.toSeconds()));
    return down(instance, "await the end", limit, patience, "", immediate);
  }

  private Down down(
      InstanceRef ref, String what, Duration limit, Duration patience, String candidate)
      throws StepFailed {
    return down(ref, what, limit, patience, candidate, Duration.ZERO);
  }

  private Down down(
      InstanceRef ref,
      String what,
      Duration limit,
      Duration patience,
      String candidate,
      Duration immediate)
      throws StepFailed {
    Instance instance = of(ref);
    return wire.change(
        instance.machine,
        what,
        limit.plusSeconds(5),
        () -> new Stopping(instance, limit, patience, candidate, immediate));
  }

  private static Down control(Instance instance) {
    return new Down(
        instance.control, Herd.IDENTIFIER, instance.controlTimeline, Wal.text(instance.checkpoint));
  }

  /** As stop.sh: a signal, then a look every moment; it knows the postmaster that it signalled. */
  private final class Stopping implements Remote<Down> {
    private final Instance instance;
    private final Duration limit;
    private final Duration patience;
    private final String candidate;
    private final Duration immediate;
    private int life;
    private boolean begun;
    private long since;
    private boolean ended;

    Stopping(
        Instance instance,
        Duration limit,
        Duration patience,
        String candidate,
        Duration immediate) {
      this.instance = instance;
      this.limit = limit;
      this.patience = patience;
      this.candidate = candidate;
      this.immediate = immediate;
    }

    private void begin() {
      begun = true;
      since = schedule().now();
      life = instance.life();
      instance.downByFault = false;
      instance.stopFast();
    }

    @Override
    public @Nullable Reply<Down> poll() {
      if (!begun) {
        begin();
      }
      long waited = schedule().now() - since;
      if (instance.hasProcess() && instance.life() != life) {
        return Reply.failed("its postmaster is gone, but others of its processes still run");
      } else if (!instance.hasProcess()) {
        return Reply.of(control(instance));
      } else if (waited > limit.toMillis() * 1000) {
        return Reply.failed(
            "Stopping %s: its postmaster still runs after %d s"
                .formatted(instance, limit.toSeconds()));
      } else if (immediate.isPositive() && waited > immediate.toMillis() * 1000) {
        instance.kill();
        instance.downByFault = false;
      } else if (!ended && waited > patience.toMillis() * 1000) {
        ended = true;
        instance.endSenders(candidate);
      }
      return null;
    }
  }

  @Override
  public void waitReplayed(InstanceRef standby, Down down, Duration limit) throws StepFailed {
    if (wire.has(Plant.REPLAY_NOT_PROVED)) {
      return;
    }
    Instance instance = of(standby);
    long wanted = lsn(down.checkpoint());
    boolean recovering =
        wire.<Boolean>read(
            instance.machine,
            "wait for replay past " + down.checkpoint(),
            limit.plusSeconds(5),
            sql(
                instance,
                limit,
                since ->
                    !instance.inRecovery || instance.wal.end(instance.replayed) > wanted
                        ? Reply.of(instance.inRecovery)
                        : null));
    if (!recovering || !down.systemIdentifier().equals(Herd.IDENTIFIER)) {
      throw new StepFailed(
          "%s is not a standby of the stopped primary. It was not promoted; look at both."
              .formatted(standby));
    }
  }

  private static long lsn(String text) {
    return io.matriarch.inventory.Lsn.parse(text).position();
  }

  @Override
  public Promoted promote(InstanceRef standby, Duration limit) throws StepFailed {
    Instance instance = of(standby);
    return wire.change(
        instance.machine,
        "promote",
        limit.plusSeconds(5),
        sql(
            instance,
            limit,
            since -> {
              instance.promote();
              return writable(instance);
            }));
  }

  private static @Nullable Reply<Promoted> writable(Instance instance) {
    if (instance.inRecovery) {
      return null;
    }
    instance.commit();
    return Reply.of(
        new Promoted(instance.timeline, Wal.text(instance.wal.end(instance.wal.size()))));
  }

  @Override
  public Promoted proveWritable(InstanceRef ref, Duration limit) throws StepFailed {
    Instance instance = of(ref);
    return wire.change(
        instance.machine,
        "prove a write",
        limit.plusSeconds(10),
        sql(instance, limit, since -> writable(instance)));
  }

  @Override
  public boolean isSynchronous(InstanceRef primary, int needed, Duration limit) throws StepFailed {
    Instance instance = of(primary);
    int[] records = new int[1];
    return wire.<Boolean>change(
        instance.machine,
        "wait for the commits",
        limit.plusSeconds(5),
        sql(instance, limit.plusSeconds(5), since -> synchronous(instance, records, limit, since)));
  }

  private @Nullable Reply<Boolean> synchronous(
      Instance instance, int[] records, Duration limit, long since) {
    if (instance.inRecovery) {
      return Reply.failed("cannot commit in recovery");
    }
    if (records[0] == 0) {
      instance.commit();
      records[0] = instance.wal.size();
    }
    // Nobody is a synchronous standby of a server that asks for none.
    if (!instance.synchronousNames().isEmpty() && instance.isSecured(records[0])) {
      return Reply.of(true);
    }
    boolean believed = instance.synchronousNames().isEmpty() && wire.has(Plant.NAMES_NOT_RESTORED);
    if (!believed && since <= limit.toMillis() * 1000) {
      return null;
    }
    if (wire.has(Plant.COMMITS_NOT_HELD)) {
      instance.waitFor("");
    }
    return Reply.of(believed);
  }

  @Override
  public String synchronousNames(InstanceRef instance) {
    return of(instance).synchronousNames();
  }

  @Override
  public String applicationName(InstanceRef standby) {
    return of(standby).machine.name;
  }

  @Override
  public List<String> hasty(InstanceRef instance) {
    return List.of();
  }

  @Override
  public void setSynchronousNames(InstanceRef primary, String names) throws StepFailed {
    change(
        primary,
        "set synchronous names",
        () -> {
          if (names.isEmpty() || !wire.has(Plant.NAMES_NOT_RESTORED)) {
            of(primary).waitFor(names);
          }
        });
  }

  @Override
  public Receiving receiving(InstanceRef standby) throws StepFailed {
    Instance instance = of(standby);
    return wire.read(
        instance.machine,
        "look at the WAL receiver",
        QUICK,
        sql(instance, QUICK, since -> Reply.of(receiving(instance))));
  }

  private static Receiving receiving(Instance instance) {
    Instance from = instance.from;
    return new Receiving(
        instance.inRecovery,
        instance.isStreaming() ? "streaming" : "",
        instance.isStreaming() ? instance.timeline : 0,
        from == null ? "" : from.machine.name,
        Wal.text(instance.wal.end(instance.replayed)),
        instance.upstream.slot());
  }

  @Override
  public ReadinessFacts readiness(InstanceRef ref, Duration patience) throws StepFailed {
    Instance instance = of(ref);
    return wire.read(
        instance.machine,
        "ask for readiness",
        QUICK,
        sql(instance, QUICK, since -> Reply.of(Facts.of(instance))));
  }

  @Override
  public Conninfo upstreamOf(InstanceRef standby) throws StepFailed {
    Instance instance = of(standby);
    String host =
        wire.read(
            instance.machine,
            "read primary_conninfo",
            QUICK,
            sql(instance, QUICK, since -> Reply.of(instance.upstream.host())));
    return Conninfo.parse("host='%s' port=5432 user=replicator password=secret".formatted(host));
  }

  @Override
  public void tryReplication(InstanceRef from, Conninfo to) throws StepFailed {
    Instance instance = of(from);
    wire.read(
        instance.machine,
        "connect to %s as a standby".formatted(to.get("host")),
        QUICK,
        () -> {
          long begun = schedule().now();
          return () -> {
            Instance target = herd.at(to.get("host"));
            boolean taken =
                target != null
                    && target.isRunning()
                    && !target.machine.isFrozen()
                    && herd.network.both(instance.machine.name, target.machine.name);
            if (taken) {
              return Reply.of(true);
            }
            return schedule().now() - begun > 10 * Schedule.SECOND
                ? Reply.failed(
                    "Connecting from %s to %s as a standby would: no answer"
                        .formatted(instance, to.get("host")))
                : null;
          };
        });
  }

  @Override
  public void stageStandby(InstanceRef ref, Conninfo upstream, String slot) throws StepFailed {
    Instance instance = of(ref);
    wire.change(
        instance.machine,
        "stage",
        QUICK,
        script(
            () -> {
              instance.staged.put(token, new Upstream(upstream.get("host"), slot));
              return Reply.of(true);
            }));
  }

  @Override
  public void applyStandby(InstanceRef ref, Down proven) throws StepFailed {
    Instance instance = of(ref);
    if (wire.has(Plant.SIGNAL_NOT_WRITTEN)) {
      return;
    }
    Down now = wire.change(instance.machine, "apply", QUICK, () -> new Applying(instance));
    if (!now.equals(proven)
        && !wire.has(Plant.PROOF_NOT_COMPARED)
        && !wire.has(Plant.STOP_NOT_PROVED)) {
      throw new StepFailed(
          "%s was proven to have ended %s; now its pg_control says %s. Somebody has run it in between."
              .formatted(ref, proven, now));
    }
  }

  /** As standby.sh: it looks for processes, writes a moment later, and looks again. */
  private final class Applying implements Remote<Down> {
    private final Instance instance;
    private boolean looked;
    private boolean written;

    Applying(Instance instance) {
      this.instance = instance;
    }

    @Override
    public @Nullable Reply<Down> poll() {
      if (written) {
        return instance.hasProcess() && !wire.has(Plant.STOP_NOT_PROVED)
            ? Reply.failed("a server was started on %s meanwhile".formatted(instance))
            : Reply.of(control(instance));
      }
      Upstream next = instance.staged.get(token);
      if (!looked) {
        looked = true;
        if (instance.hasProcess() && !wire.has(Plant.STOP_NOT_PROVED)) {
          return Reply.failed("a server runs on %s; nothing was changed".formatted(instance));
        }
        return next == null
            ? Reply.failed("what was staged on %s is missing".formatted(instance))
            : null;
      }
      if (next == null) {
        return Reply.failed("what was staged on %s is missing".formatted(instance));
      }
      instance.kept.putIfAbsent(token, instance.upstream);
      instance.signal = true;
      instance.refuses = false;
      instance.upstream = next;
      written = true;
      return null;
    }
  }

  @Override
  public void applyStandby(InstanceRef ref) throws StepFailed {
    Instance instance = of(ref);
    wire.change(instance.machine, "apply", QUICK, () -> new Applying(instance));
  }

  @Override
  public void withdrawStandby(InstanceRef ref) throws StepFailed {
    Instance instance = of(ref);
    wire.change(
        instance.machine,
        "withdraw",
        QUICK,
        script(
            () -> {
              Upstream before = instance.kept.get(token);
              if (before != null) {
                if (instance.hasProcess()) {
                  return Reply.failed(
                      "a server runs on %s; nothing was changed".formatted(instance));
                }
                instance.signal = false;
                instance.upstream = before;
                instance.kept.remove(token);
              }
              instance.staged.remove(token);
              return Reply.of(true);
            }));
  }

  @Override
  public void fence(InstanceRef ref) throws StepFailed {
    Instance instance = of(ref);
    if (wire.has(Plant.FENCE_NOT_KEPT)) {
      return;
    }
    wire.change(
        instance.machine,
        "fence",
        QUICK,
        script(
            () -> {
              if (instance.hasProcess()) {
                return Reply.failed("a server runs on %s; nothing was changed".formatted(instance));
              }
              instance.kept.putIfAbsent(token, instance.upstream);
              instance.signal = true;
              instance.refuses = false;
              instance.upstream = new Upstream(NOWHERE, "");
              return Reply.of(true);
            }));
  }

  @Override
  public void liftFence(InstanceRef instance) {
    throw new UnsupportedOperationException("lifting a fence is not modelled");
  }

  @Override
  public void settleStandby(InstanceRef ref) throws StepFailed {
    Instance instance = of(ref);
    wire.change(
        instance.machine,
        "settle",
        QUICK,
        script(
            () -> {
              instance.staged.remove(token);
              instance.kept.remove(token);
              return Reply.of(true);
            }));
  }

  @Override
  public void waitNotReceiving(InstanceRef standby, Duration limit) throws StepFailed {
    Instance instance = of(standby);
    boolean ended =
        wire.<Boolean>read(
            instance.machine,
            "wait for the end of receiving",
            limit.plusSeconds(5),
            sql(
                instance,
                limit.plusSeconds(2),
                since ->
                    !instance.isStreaming() || since > limit.toMillis() * 1000
                        ? Reply.of(!instance.isStreaming())
                        : null));
    if (!ended) {
      throw new StepFailed("%s still receives WAL".formatted(standby));
    }
  }

  @Override
  public Optional<Duration> lastHeard(InstanceRef standby) throws StepFailed {
    Instance instance = of(standby);
    return wire.read(
        instance.machine,
        "ask when it last heard",
        QUICK,
        sql(instance, QUICK, since -> Reply.of(instance.lastHeard())));
  }

  @Override
  public String written(InstanceRef primary) {
    throw new UnsupportedOperationException("rolling restarts are not modelled");
  }

  @Override
  public void waitCaughtUp(InstanceRef standby, String lsn, Duration limit) throws StepFailed {
    Instance instance = of(standby);
    if (wire.has(Plant.TAIL_NOT_AWAITED)) {
      return;
    }
    long wanted = lsn(lsn);
    boolean caught =
        wire.<Boolean>read(
            instance.machine,
            "wait for replay up to " + lsn,
            limit.plusSeconds(5),
            sql(
                instance,
                limit.plusSeconds(2),
                since -> {
                  boolean there =
                      instance.isStreaming() && instance.wal.end(instance.replayed) >= wanted;
                  return there || since > limit.toMillis() * 1000 ? Reply.of(there) : null;
                }));
    if (!caught) {
      throw new StepFailed("%s has not caught up to %s".formatted(standby, lsn));
    }
  }

  @Override
  public void createSlots(InstanceRef ref, List<String> names) throws StepFailed {
    Instance instance = of(ref);
    change(
        ref,
        "create slots " + names,
        () ->
            names.forEach(
                n ->
                    instance.slots.putIfAbsent(
                        n,
                        wire.has(Plant.SLOTS_NOT_RESERVED) ? Instance.UNRESERVED : instance.redo)));
  }

  @Override
  public void dropSlots(InstanceRef ref, List<String> names) throws StepFailed {
    Instance instance = of(ref);
    change(
        ref,
        "drop slots " + names,
        () ->
            names.stream()
                .filter(n -> !isUsed(instance, n) && !wire.has(Plant.SLOTS_LEFT))
                .forEach(instance.slots::remove));
  }

  @Override
  public Optional<Slot> slot(InstanceRef instance, String name) {
    throw new UnsupportedOperationException("slots that people drop are not modelled");
  }

  @Override
  public void dropSlot(InstanceRef instance, String name) {
    throw new UnsupportedOperationException("slots that people drop are not modelled");
  }

  /** The model has physical slots only. */
  @Override
  public List<String> failoverSlots(InstanceRef primary) {
    return List.of();
  }

  @Override
  public void dropOwnFailoverSlots(InstanceRef standby, List<String> names) {}

  private boolean isUsed(Instance instance, String slot) {
    return herd.instances.stream()
        .anyMatch(i -> i.from == instance && i.upstream.slot().equals(slot));
  }

  @Override
  public void follow(InstanceRef standby, Conninfo upstream, String slot) throws StepFailed {
    change(
        standby,
        "follow " + upstream.get("host"),
        () -> of(standby).follow(new Upstream(upstream.get("host"), slot)));
  }

  @Override
  public Receiving waitStreaming(InstanceRef standby, int timeline, Duration limit)
      throws StepFailed {
    Instance instance = of(standby);
    Receiving seen =
        wire.read(
            instance.machine,
            "wait for streaming on timeline " + timeline,
            limit.plusSeconds(5),
            sql(
                instance,
                limit.plusSeconds(2),
                since -> {
                  boolean there = instance.isStreaming() && instance.timeline == timeline;
                  return there || !instance.inRecovery || since > limit.toMillis() * 1000
                      ? Reply.of(receiving(instance))
                      : null;
                }));
    if (!seen.isStreaming() || seen.timeline() != timeline) {
      throw new StepFailed(
          "%s does not stream on timeline %d after %d s: its WAL receiver is \"%s\" on timeline %d."
              .formatted(standby, timeline, limit.toSeconds(), seen.status(), seen.timeline()));
    }
    return seen;
  }

  @Override
  public void close() {
    // The model keeps no sessions.
  }
}
