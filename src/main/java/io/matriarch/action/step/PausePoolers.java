package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Server;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pauses the herd's databases at all its poolers, or at none.
 *
 * @param expirySeconds after which each pooler's host ends the pause by itself
 * @param limitSeconds how long open transactions may take to end
 */
public record PausePoolers(
    List<PoolerRef> poolers, Server from, int expirySeconds, int limitSeconds) implements Step {

  public PausePoolers {
    poolers = List.copyOf(poolers);
  }

  @Override
  public boolean interrupts() {
    return true;
  }

  @Override
  public String describe() {
    return "pause clients at %s (open transactions have %d s; the pause ends by itself after %d s)"
        .formatted(names(poolers), limitSeconds, expirySeconds);
  }

  @Override
  public Set<Long> servers() {
    return servers(poolers);
  }

  static String names(List<PoolerRef> poolers) {
    return poolers.stream().map(PoolerRef::toString).collect(Collectors.joining(", "));
  }

  static Set<Long> servers(List<PoolerRef> poolers) {
    return poolers.stream().map(PoolerRef::serverId).collect(Collectors.toSet());
  }

  /** Does one thing at every pooler at once. */
  static void each(World world, List<PoolerRef> poolers, PoolerCall call)
      throws StepFailed, InterruptedException {
    List<Together.Call> calls = new ArrayList<>();
    for (PoolerRef pooler : poolers) {
      calls.add(() -> call.on(pooler));
    }
    world.together().all(calls, Math.max(1, calls.size()));
  }

  /** What is done at one pooler. */
  interface PoolerCall {
    void on(PoolerRef pooler) throws StepFailed, InterruptedException;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Duration expiry = Duration.ofSeconds(expirySeconds);
    Duration limit = Duration.ofSeconds(limitSeconds);
    each(world, poolers, pooler -> world.poolers().pause(pooler, from, expiry, limit));
  }
}
