package io.matriarch.job;

import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.postgres.NewCluster;
import io.matriarch.postgres.Rebuild;
import io.matriarch.postgres.Rebuild.Method;
import io.matriarch.postgres.Rebuild.Order;
import io.matriarch.postgres.Rebuild.Phase;
import io.matriarch.postgres.Rebuild.State;
import io.matriarch.postgres.Rebuild.Verb;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Rebuilds} over the run's shell: one script on each host, as the owner of the cluster. */
final class ShellRebuilds implements Rebuilds {

  private static final Duration QUICK = Duration.ofSeconds(30);

  /** Of files that may be many and large. */
  private static final Duration REMOVAL = Duration.ofMinutes(30);

  /** Reads without a line in the log: every start asks, and who waits asks again and again. */
  interface Quiet {
    CommandResult read(long serverId, Command command) throws StepFailed, InterruptedException;
  }

  private final RunShell shell;
  private final Quiet quiet;
  private final RunLog log;
  private final String token;

  ShellRebuilds(RunShell shell, Quiet quiet, RunLog log, long run) {
    this.shell = shell;
    this.quiet = quiet;
    this.log = log;
    this.token = "run-" + run;
  }

  @Override
  public State state(InstanceRef instance) throws StepFailed, InterruptedException {
    LocalCommand ask = Rebuild.command(instance.cluster(), Verb.STATE);
    State state = read(instance, quiet.read(instance.serverId(), command(instance, ask, QUICK)));
    if (state.phase() != Phase.NONE) {
      log.info(
          "%s of %s is known on its host: %s, %s%s"
              .formatted(
                  state.method() == Method.BASEBACKUP ? "a base backup" : "a rewind",
                  instance,
                  state.phase().name().toLowerCase(Locale.ROOT),
                  state.run(),
                  state.held() ? ", under way" : ""));
    }
    return state;
  }

  @Override
  public State begin(InstanceRef instance, Order order, Systemd systemd)
      throws StepFailed, InterruptedException {
    LocalCommand prepare = Rebuild.prepare(instance.cluster(), token, order);
    State prepared =
        read(instance, shell.change(instance.serverId(), command(instance, prepare, QUICK)));
    if (prepared.held() || !hasWork(prepared)) {
      return prepared;
    }
    if (systemd.unit() != null) {
      mask(instance, systemd, prepared);
    }
    if (!prepared.systemd() || !spawnBySystemd(instance, systemd, prepared)) {
      run(instance, Rebuild.command(instance.cluster(), Verb.SPAWN), "Beginning to rebuild");
    }
    return prepared;
  }

  /** What a rewind has left in the middle is nothing to go on with. */
  private static boolean hasWork(State prepared) {
    return switch (prepared.phase()) {
      case PREPARING, CHANGED -> true;
      case CHANGING -> prepared.method() == Method.BASEBACKUP;
      case NONE, FAILED, READY -> false;
    };
  }

  private void mask(InstanceRef instance, Systemd systemd, State prepared)
      throws StepFailed, InterruptedException {
    try {
      // A unit that is enabled would be started at boot once it is unmasked for our own start.
      if (prepared.enabled().equals("enabled")) {
        systemctl(instance, systemd, "disable");
      }
      systemctl(instance, systemd, "mask");
    } catch (StepFailed e) {
      if (prepared.phase() == Phase.PREPARING) {
        run(instance, Rebuild.command(instance.cluster(), Verb.ABANDON), "Lifting its mark");
      }
      throw e;
    }
  }

  /** What SSH starts may end with its session; what systemd starts does not. */
  private boolean spawnBySystemd(InstanceRef instance, Systemd systemd, State prepared)
      throws StepFailed, InterruptedException {
    List<String> run =
        List.of(
            "systemd-run",
            "--no-ask-password",
            "--quiet",
            "--collect",
            "--unit=matriarch-rebuild-%s-%d".formatted(token, instance.id()),
            "--uid=" + instance.cluster().owner());
    Command command =
        Command.of(Rebuild.worker(instance.cluster(), prepared))
            .startedBy(run)
            .startedBy(systemd.asRoot())
            .within(QUICK);
    return shell.change(instance.serverId(), command).succeeded();
  }

  @Override
  public State await(InstanceRef instance, Systemd systemd, Duration limit)
      throws StepFailed, InterruptedException {
    LocalCommand waiting = Rebuild.waiting(instance.cluster(), limit);
    Command command = command(instance, waiting, limit.plus(QUICK));
    State state = read(instance, quiet.read(instance.serverId(), command));
    return ended(instance, systemd, state);
  }

  /** What was given up untouched starts as it did before. */
  private State ended(InstanceRef instance, Systemd systemd, State state)
      throws StepFailed, InterruptedException {
    if (state.phase() == Phase.FAILED && systemd.unit() != null) {
      unmask(instance, systemd);
      enable(instance, systemd, state);
    }
    return state;
  }

  @Override
  public Configured configured(InstanceRef instance, @Nullable String configFile)
      throws StepFailed, InterruptedException {
    LocalCommand ask = Rebuild.configured(instance.cluster(), configFile);
    CommandResult result = quiet.read(instance.serverId(), command(instance, ask, QUICK));
    List<String> lines = result.stdout().lines().toList();
    if (!result.succeeded() || lines.size() != 2) {
      return Configured.NONE;
    }
    try {
      return new Configured(Conninfo.parse(lines.getFirst().strip()), lines.getLast().strip());
    } catch (IllegalArgumentException e) {
      log.info(
          "primary_conninfo in the configuration of %s cannot be read: %s"
              .formatted(instance, e.getMessage()));
      return Configured.NONE;
    }
  }

  @Override
  public Optional<String> make(
      InstanceRef instance, InstanceRef primary, @Nullable String name, String identifier)
      throws StepFailed, InterruptedException {
    LocalCommand ask = NewCluster.configuration(primary.cluster());
    // Not logged, since it may hold passwords.
    CommandResult told = quiet.read(primary.serverId(), command(primary, ask, QUICK));
    require(primary, "Reading its configuration for a new standby", told);
    Integer version = primary.versionNum();
    LocalCommand make =
        NewCluster.make(
            instance.cluster(),
            version == null ? "" : Integer.toString(version / 10_000),
            name,
            identifier,
            told.stdout());
    CommandResult made = shell.change(instance.serverId(), command(instance, make, QUICK));
    if (made.exit() == NewCluster.REFUSED) {
      return Optional.of(made.stderr().strip());
    }
    require(instance, "Making a place for it", made);
    return Optional.empty();
  }

  @Override
  public State stop(InstanceRef instance, Systemd systemd) throws StepFailed, InterruptedException {
    LocalCommand stop = Rebuild.command(instance.cluster(), Verb.STOP);
    Command command = command(instance, stop, QUICK);
    return ended(instance, systemd, read(instance, shell.change(instance.serverId(), command)));
  }

  @Override
  public void release(InstanceRef instance, Systemd systemd)
      throws StepFailed, InterruptedException {
    run(instance, Rebuild.command(instance.cluster(), Verb.RELEASE), "Letting it be started");
    unmask(instance, systemd);
  }

  @Override
  public void settle(InstanceRef instance, Systemd systemd)
      throws StepFailed, InterruptedException {
    State state = state(instance);
    if (state.phase() == Phase.NONE) {
      return;
    }
    unmask(instance, systemd);
    enable(instance, systemd, state);
    LocalCommand settle = Rebuild.command(instance.cluster(), Verb.SETTLE);
    require(
        instance,
        "Settling the rebuild",
        shell.change(instance.serverId(), command(instance, settle, REMOVAL)));
  }

  private void unmask(InstanceRef instance, Systemd systemd)
      throws StepFailed, InterruptedException {
    if (systemd.unit() != null) {
      systemctl(instance, systemd, "unmask");
    }
  }

  private void enable(InstanceRef instance, Systemd systemd, State state)
      throws StepFailed, InterruptedException {
    if (systemd.unit() != null && state.enabled().equals("enabled")) {
      systemctl(instance, systemd, "enable");
    }
  }

  private void systemctl(InstanceRef instance, Systemd systemd, String verb)
      throws StepFailed, InterruptedException {
    String unit = Objects.requireNonNull(systemd.unit());
    Command command =
        Command.of("systemctl", "--no-ask-password", verb, unit)
            .startedBy(systemd.asRoot())
            .within(QUICK);
    require(
        instance,
        "systemctl %s %s".formatted(verb, unit),
        shell.change(instance.serverId(), command));
  }

  private void run(InstanceRef instance, LocalCommand local, String what)
      throws StepFailed, InterruptedException {
    require(instance, what, shell.change(instance.serverId(), command(instance, local, QUICK)));
  }

  private static void require(InstanceRef instance, String what, CommandResult result)
      throws StepFailed {
    if (!result.succeeded()) {
      throw failed(what, instance, result);
    }
  }

  private static State read(InstanceRef instance, CommandResult result) throws StepFailed {
    Output output = new Output(result.exit(), result.stdout(), result.stderr());
    return Rebuild.read(output)
        .orElseThrow(() -> failed("What is known of a rebuild", instance, result));
  }

  private static StepFailed failed(String what, InstanceRef instance, CommandResult result) {
    return new StepFailed(
        "%s (%s): exited %d: %s. Look at the host and try again."
            .formatted(
                what,
                instance,
                result.exit(),
                result.stderr().strip().lines().reduce((a, b) -> b).orElse("no message")));
  }

  private static Command command(InstanceRef instance, LocalCommand local, Duration limit) {
    return Command.of(local.arguments())
        .withStdin(local.stdin())
        .startedBy(instance.become())
        .within(limit);
  }
}
