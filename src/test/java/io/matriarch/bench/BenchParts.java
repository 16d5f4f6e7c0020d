package io.matriarch.bench;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.StepType;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.job.World;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Host;
import io.matriarch.remote.OutputSink;
import io.matriarch.remote.RemoteSession;
import io.matriarch.remote.Shell;
import io.matriarch.remote.ShellUnavailable;
import io.matriarch.remote.SshIdentity;
import io.matriarch.remote.SshLimits;
import io.matriarch.remote.SshShell;
import io.matriarch.security.Role;
import java.util.List;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * The action {@code bench.true}, and a shell whose connections can be dropped between runs. Not
 * found by scanning, so that no other test gets it.
 */
public class BenchParts {

  /** Runs {@code true} on a server. */
  public record RunTrue(long serverId, String server) implements Step {
    @Override
    public String describe() {
      return "run true on " + server;
    }

    @Override
    public List<HostCommand> commands() {
      return List.of(new HostCommand(server, "true"));
    }

    @Override
    public Set<Long> servers() {
      return Set.of(serverId);
    }

    @Override
    public void run(World world) throws StepFailed, InterruptedException {
      CommandResult result = world.shell().read(serverId, Command.of("true"));
      if (!result.succeeded()) {
        throw new StepFailed("true on %s exited %d".formatted(server, result.exit()));
      }
    }
  }

  private static final class TrueAction implements Action {
    @Override
    public ActionName name() {
      return new ActionName("bench.true");
    }

    @Override
    public String label() {
      return "Run true on";
    }

    @Override
    public String help() {
      return "";
    }

    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.SERVER);
    }

    @Override
    public Role requires() {
      return Role.OPERATOR;
    }

    @Override
    public List<Check> checks(Target target, Fleet fleet, Options options) {
      return List.of();
    }

    @Override
    public Plan plan(Target target, Fleet fleet, Options options) {
      return Plan.of(
              new RunTrue(
                  target.id(),
                  java.util.Objects.requireNonNull(fleet.servers().get(target.id())).name()))
          .build();
    }
  }

  /** An {@link SshShell} that can be replaced by one without connections. */
  static final class RenewableShell implements Shell, AutoCloseable {
    private final SshIdentity identity;
    private final SshLimits limits;
    private volatile SshShell shell;

    RenewableShell(SshIdentity identity, SshLimits limits) {
      this.identity = identity;
      this.limits = limits;
      this.shell = new SshShell(identity, limits);
    }

    void dropConnections() {
      SshShell old = shell;
      shell = new SshShell(identity, limits);
      old.close();
    }

    @Override
    public CommandResult run(Host host, Command command, OutputSink sink)
        throws ShellUnavailable, InterruptedException {
      return shell.run(host, command, sink);
    }

    @Override
    public RemoteSession open(Host host, Command command)
        throws ShellUnavailable, InterruptedException {
      return shell.open(host, command);
    }

    @Override
    public void close() {
      shell.close();
    }
  }

  @Bean
  Action trueAction() {
    return new TrueAction();
  }

  @Bean
  StepType runTrue() {
    return new StepType("run-true", 1, RunTrue.class);
  }

  @Bean
  @Primary
  RenewableShell renewableShell(SshIdentity identity, SshLimits limits) {
    return new RenewableShell(identity, limits);
  }
}
