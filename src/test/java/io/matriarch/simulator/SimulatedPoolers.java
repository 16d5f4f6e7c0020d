package io.matriarch.simulator;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers;
import io.matriarch.job.StepFailed;
import io.matriarch.simulator.Pooler.Token;
import io.matriarch.simulator.Wire.Remote;
import io.matriarch.simulator.Wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link Poolers} on the model, with the outcomes of the scripts on a pooler's host. */
final class SimulatedPoolers implements Poolers {

  private static final Duration GRACE = Duration.ofSeconds(35);
  private static final long LOCK_LIMIT = 15 * Schedule.SECOND;

  private final Wire wire;
  private final List<Pooler> poolers;
  private final String run;
  private final long attempt;

  SimulatedPoolers(Wire wire, List<Pooler> poolers) {
    this.wire = wire;
    this.poolers = poolers;
    this.run = "run-" + wire.caller().run();
    this.attempt = wire.caller().attempt();
  }

  private Schedule schedule() {
    return wire.console().schedule;
  }

  private Pooler of(PoolerRef ref) {
    return poolers.stream().filter(p -> p.id == ref.id()).findFirst().orElseThrow();
  }

  /** A script under the lock of the pooler's host; null while it is not at its end. */
  private final class Locked<T> implements Remote<T> {
    private final Pooler pooler;
    private final Function<Long, @Nullable Reply<T>> body;
    private long begun = schedule().now();
    private boolean mine;

    Locked(Pooler pooler, Function<Long, @Nullable Reply<T>> body) {
      this.pooler = pooler;
      this.body = body;
    }

    @Override
    public @Nullable Reply<T> poll() {
      if (!mine) {
        if (pooler.locked) {
          return schedule().now() - begun > LOCK_LIMIT
              ? Reply.failed("no lock on %s after 15 s; nothing was done".formatted(pooler))
              : null;
        }
        mine = true;
        begun = schedule().now();
        pooler.locked = true;
      }
      Reply<T> reply = body.apply(schedule().now() - begun);
      if (reply != null) {
        pooler.locked = false;
      }
      return reply;
    }
  }

  private <T> T send(
      PoolerRef ref,
      String what,
      Duration limit,
      Function<Pooler, Function<Long, @Nullable Reply<T>>> body)
      throws StepFailed {
    Pooler pooler = of(ref);
    Supplier<Remote<T>> remote = () -> new Locked<>(pooler, body.apply(pooler));
    return wire.change(pooler.machine, what, limit, remote);
  }

  private @Nullable String other(Pooler pooler) {
    return pooler.isLive() && !pooler.isOurs(run, attempt)
        ? "%s is held by %s (OTHER_TOKEN); nothing was done".formatted(pooler, pooler.token)
        : null;
  }

  private static String away(Pooler pooler) {
    return "the console of %s does not answer (UNREACHABLE)".formatted(pooler);
  }

  @Override
  public void pause(PoolerRef ref, Server from, Duration expiry, Duration limit) throws StepFailed {
    this.<Boolean>send(
        ref,
        "pause",
        limit.plus(GRACE),
        pooler -> {
          boolean[] begun = new boolean[1];
          return since -> begun[0] ? settle(pooler, since, limit) : begin(pooler, expiry, begun);
        });
  }

  private @Nullable Reply<Boolean> begin(Pooler pooler, Duration expiry, boolean[] begun) {
    String held = other(pooler);
    if (held != null) {
      return Reply.failed(held);
    }
    if (!pooler.up) {
      return Reply.failed(away(pooler) + "; nothing was paused");
    }
    if (pooler.paused && pooler.token == null) {
      return Reply.failed("%s is paused already, and not by us".formatted(pooler));
    }
    begun[0] = true;
    long until = schedule().now() + expiry.toMillis() * 1000;
    Token token = new Token(run, attempt, until, pooler.machine.boot());
    pooler.write(token);
    if (!wire.has(Plant.EXPIRY_NOT_ARMED)) {
      pooler.arm(token);
    }
    pooler.paused = true;
    return null;
  }

  /** All or nothing: what does not become complete in time is resumed. */
  private @Nullable Reply<Boolean> settle(Pooler pooler, long since, Duration limit) {
    if (pooler.up && pooler.paused && pooler.busy == 0) {
      return Reply.of(true);
    }
    boolean late = since > limit.toMillis() * 1000;
    if (pooler.up && pooler.paused && !late) {
      return null;
    }
    if (pooler.up) {
      pooler.resume();
      pooler.token = null;
      return Reply.failed(
          "%s could not be paused (NOT_PAUSED); all were resumed".formatted(pooler));
    }
    return Reply.failed(away(pooler));
  }

  @Override
  public Duration held(PoolerRef ref, Server from) throws StepFailed {
    return send(
        ref,
        "prove the pause",
        GRACE,
        pooler ->
            since -> {
              Token token = pooler.token;
              if (token == null) {
                return Reply.failed("no pause of %s is in force at %s".formatted(run, pooler));
              } else if (!pooler.isOurs(run, attempt)) {
                return Reply.failed("%s is held by %s".formatted(pooler, token));
              } else if (!pooler.up) {
                return Reply.failed(away(pooler));
              } else if (!pooler.isLive()
                  || pooler.startedAt > pooler.tokenAt
                  || !pooler.paused
                  || pooler.busy > 0) {
                return Reply.failed("the pause at %s is not in force (LOST)".formatted(pooler));
              }
              return Reply.of(Duration.ofMillis((token.until() - schedule().now()) / 1000));
            });
  }

  /** Clients of the model give up by themselves. */
  @Override
  public int endStranded(PoolerRef ref, Duration patience) throws StepFailed {
    return this.<Integer>send(ref, "end what is stranded", GRACE, pooler -> since -> Reply.of(0));
  }

  @Override
  public void beginProbe(PoolerRef pooler, String login, Duration longest) {
    throw new UnsupportedOperationException("probes are not modelled");
  }

  @Override
  public Optional<Felt> readProbe(PoolerRef pooler) {
    throw new UnsupportedOperationException("probes are not modelled");
  }

  @Override
  public Optional<Felt> endProbe(PoolerRef pooler) {
    throw new UnsupportedOperationException("probes are not modelled");
  }

  @Override
  public void resume(PoolerRef ref) throws StepFailed {
    this.<Boolean>send(
        ref,
        "resume",
        GRACE,
        pooler ->
            since -> {
              if (pooler.token == null || !pooler.isOurs(run, attempt)) {
                return Reply.of(false);
              }
              if (!pooler.up) {
                return Reply.failed(away(pooler) + "; the expiry goes on trying");
              }
              pooler.resume();
              pooler.token = null;
              return Reply.of(true);
            });
  }

  @Override
  public void stage(PoolerRef ref, Server from, Server to) throws StepFailed {
    this.<Boolean>send(
        ref,
        "stage at the pooler",
        GRACE,
        pooler ->
            since -> {
              pooler.staged.put(run, to.address());
              return Reply.of(true);
            });
  }

  @Override
  public void point(PoolerRef ref, Server to) throws StepFailed {
    lead(ref, to, false);
  }

  @Override
  public void pointAndResume(PoolerRef ref, Server from, Server to) throws StepFailed {
    lead(ref, to, true);
  }

  private void lead(PoolerRef ref, Server to, boolean staged) throws StepFailed {
    this.<Boolean>send(
        ref,
        staged ? "point and resume" : "point",
        GRACE,
        pooler -> since -> lead(pooler, to, staged));
  }

  private Reply<Boolean> lead(Pooler pooler, Server to, boolean staged) {
    String held = other(pooler);
    if (held != null) {
      return Reply.failed(held);
    }
    String former = pooler.file;
    String next = staged ? pooler.staged.remove(run) : to.address();
    if (next != null) {
      pooler.file = next;
    }
    if (!pooler.up) {
      pooler.file = former;
      return Reply.failed(away(pooler) + " (NOT_POINTED)");
    }
    if (!pooler.file.equals(to.address())) {
      return Reply.failed("%s leads to %s (NOT_POINTED)".formatted(pooler, pooler.file));
    }
    pooler.target = pooler.file;
    if (staged && pooler.token != null) {
      pooler.resume();
      pooler.token = null;
    }
    return Reply.of(true);
  }
}
