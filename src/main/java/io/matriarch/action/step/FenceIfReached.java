package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.remote.ShellUnavailable;
import java.util.List;
import java.util.Set;

/**
 * Fences a former primary that can acknowledge nothing any more, if its host can be reached. If
 * not, it is fenced when it comes back.
 */
public record FenceIfReached(InstanceRef member) implements Step {

  @Override
  public boolean interrupts() {
    return true;
  }

  @Override
  public String describe() {
    return "if its host answers, " + now().describe();
  }

  @Override
  public String ifLost() {
    return now().ifLost();
  }

  @Override
  public String finishedBy() {
    return now().finishedBy();
  }

  @Override
  public List<HostCommand> commands() {
    return now().commands();
  }

  private FenceMember now() {
    return new FenceMember(member);
  }

  /** None of which it is certain that it answers. */
  @Override
  public Set<Long> servers() {
    return Set.of();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    try {
      now().fence(world);
    } catch (StepFailed e) {
      if (!(e.getCause() instanceof ShellUnavailable)) {
        throw e;
      }
      world
          .log()
          .info(
              "%s cannot be reached and is fenced when it comes back: %s"
                  .formatted(member, e.getMessage()));
    }
  }
}
