package io.matriarch.action.step;

import io.matriarch.hook.HookPhase;
import io.matriarch.job.HookFacts;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Runs scripts on the console's host, one after the other. Before a switch the first failure ends
 * it; after one the others run all the same.
 */
public record RunHooks(
    HookPhase phase, List<String> scripts, HookFacts facts, InstanceRef primary, int seconds)
    implements Step {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  public RunHooks {
    scripts = List.copyOf(scripts);
  }

  @Override
  public String describe() {
    return "run %s on the console's host (%s; at most %d s each)"
        .formatted(String.join(", ", scripts), phase.event(), seconds);
  }

  @Override
  public List<HostCommand> commands() {
    return scripts.stream()
        .map(s -> new HostCommand("console", "%s.d/%s".formatted(phase.event(), s)))
        .toList();
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public String finishedBy() {
    return phase == HookPhase.POST_SWITCHOVER ? "herd.run-hooks" : "";
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    if (phase == HookPhase.PRE_SWITCHOVER) {
      for (String script : scripts) {
        world.hooks().run(phase, script, facts, Duration.ofSeconds(seconds));
      }
      return;
    }
    Proved.requirePrimary(world, primary, ANSWER);
    List<String> failed = new ArrayList<>();
    for (String script : scripts) {
      try {
        world.hooks().run(phase, script, facts, Duration.ofSeconds(seconds));
      } catch (StepFailed e) {
        failed.add(e.getMessage());
      }
    }
    if (!failed.isEmpty()) {
      throw new StepFailed(String.join(" ", failed));
    }
  }
}
