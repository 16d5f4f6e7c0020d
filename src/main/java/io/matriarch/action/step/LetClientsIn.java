package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import io.matriarch.postgres.HbaFile;
import io.matriarch.postgres.HbaFile.Verb;
import java.util.List;
import java.util.Set;

/** Lets clients connect to the former primary again, which goes on, and proves a write. */
public record LetClientsIn(RestorePrimary restore) implements Step {

  private InstanceRef primary() {
    return restore.start().instance();
  }

  @Override
  public String describe() {
    return "let in again whoever could connect to %s, and prove a write".formatted(primary());
  }

  @Override
  public String achieved() {
    return "%s lets clients in again and took a write".formatted(primary());
  }

  @Override
  public String ifLost() {
    return "%1$s may refuse whoever connects (pg_hba.conf), and nothing was promoted, so clients have no primary: they get errors. Bring %2$s back; then Unfence lets clients in again."
        .formatted(primary(), primary().server());
  }

  @Override
  public Set<Long> servers() {
    return restore.servers();
  }

  @Override
  public List<HostCommand> commands() {
    return List.of(
        Shown.script(primary(), HbaFile.command(primary().cluster(), Verb.ADMIT, "")),
        Shown.sql(primary(), HbaFile.RELOAD));
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.admission().admit(primary());
    restore.run(world);
  }
}
