package io.matriarch.job;

import io.matriarch.pool.Backend;
import io.matriarch.pool.DatabasesTemplate;
import io.matriarch.pool.LocalCommand;
import io.matriarch.pool.PauseToken;
import io.matriarch.pool.PgBouncer;
import io.matriarch.pool.Pointing;
import io.matriarch.pool.PoolAnswer;
import io.matriarch.pool.PoolCommands;
import io.matriarch.pool.PoolOutcome;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** {@link Poolers} over the run's shell: one command each on the pooler's own host. */
final class ShellPoolers implements Poolers {

  /** Beyond what the scripts may take by themselves. */
  private static final Duration GRACE = Duration.ofSeconds(35);

  private final KeptScripts scripts;
  private final RunLog log;
  private final PauseToken token;

  ShellPoolers(GuardedShell shell, RunLog log, Owned run) {
    this.scripts = new KeptScripts(shell, PoolCommands.SCRIPTS);
    this.log = log;
    // A later attempt takes over what an earlier one paused; other runs are refused there.
    this.token = new PauseToken("herd-" + run.herdId(), "run-" + run.runId(), run.attempt());
  }

  @Override
  public void pause(PoolerRef pooler, Server from, Duration expiry, Duration limit)
      throws StepFailed, InterruptedException {
    LocalCommand pause =
        PoolCommands.pause(
            pgbouncer(pooler),
            token,
            Set.copyOf(pooler.databases()),
            Set.of(backend(from)),
            limit,
            expiry);
    PoolAnswer answer = send(pooler, pause, limit.plus(GRACE));
    if (!answer.done()) {
      throw failed("Pausing clients at", pooler, answer, "It is not paused by us");
    }
  }

  @Override
  public Duration held(PoolerRef pooler, Server from) throws StepFailed, InterruptedException {
    LocalCommand held = PoolCommands.held(pgbouncer(pooler), token, Set.of(backend(from)));
    PoolAnswer answer = send(pooler, held, GRACE);
    if (!answer.done()) {
      throw failed(
          "The pause at", pooler, answer, "Clients may have gone on there; nothing was promoted");
    }
    return Objects.requireNonNullElse(answer.left(), Duration.ZERO);
  }

  @Override
  public void resume(PoolerRef pooler) throws StepFailed, InterruptedException {
    PoolAnswer answer = send(pooler, PoolCommands.resume(pgbouncer(pooler), token), GRACE);
    switch (answer.outcome()) {
      case DONE -> log.info(pooler + " goes on");
      case NO_TOKEN -> log.info(pooler + " holds no pause of this run");
      case OTHER_TOKEN ->
          log.info("%s is held by %s and was left alone".formatted(pooler, answer.holder()));
      default ->
          throw failed("Resuming clients at", pooler, answer, "They wait until the pause expires");
    }
  }

  @Override
  public void stage(PoolerRef pooler, Server from, Server to)
      throws StepFailed, InterruptedException {
    LocalCommand stage =
        PoolCommands.stage(pgbouncer(pooler), token, pointing(pooler, Set.of(backend(from)), to));
    PoolAnswer answer = send(pooler, stage, GRACE);
    if (!answer.done()) {
      throw failed("Preparing", pooler, answer, "Nothing was changed there");
    }
  }

  @Override
  public void pointAndResume(PoolerRef pooler, Server from, Server to)
      throws StepFailed, InterruptedException {
    LocalCommand point =
        PoolCommands.pointAndResume(
            pgbouncer(pooler), token, pointing(pooler, Set.of(backend(from)), to), true);
    PoolAnswer answer = send(pooler, point, GRACE);
    if (answer.outcome() == PoolOutcome.NO_TOKEN && answer.pointed()) {
      log.info("%s leads to %s; its pause was over before".formatted(pooler, to));
    } else if (!answer.done()) {
      throw failed(
          "Leading clients to the new primary at",
          pooler,
          answer,
          "Clients there wait, or meet a server that does not answer, until it is pointed by hand");
    }
  }

  @Override
  public void point(PoolerRef pooler, Server to) throws StepFailed, InterruptedException {
    LocalCommand point =
        PoolCommands.point(pgbouncer(pooler), token, pointing(pooler, Set.of(), to), false, true);
    PoolAnswer answer = send(pooler, point, GRACE);
    if (!answer.done()) {
      throw failed("Leading clients to the primary at", pooler, answer, "Others may be led there");
    }
    log.info("%s leads to %s".formatted(pooler, to));
  }

  @Override
  public int endStranded(PoolerRef pooler, Duration patience)
      throws StepFailed, InterruptedException {
    LocalCommand end =
        PoolCommands.endStranded(pgbouncer(pooler), token, pooler.databases(), patience);
    PoolAnswer answer = send(pooler, end, patience.plus(GRACE));
    if (!answer.done()) {
      throw failed(
          "Ending sessions that wait for the former primary at",
          pooler,
          answer,
          "They may wait on");
    }
    return answer.stranded();
  }

  @Override
  public void beginProbe(PoolerRef pooler, String login, Duration longest)
      throws StepFailed, InterruptedException {
    LocalCommand begin =
        PoolCommands.beginProbe(
            pgbouncer(pooler), token, login, pooler.databases().getFirst(), longest);
    PoolAnswer answer = send(pooler, begin, GRACE);
    if (!answer.done()) {
      throw failed("Starting a probe at", pooler, answer, "No probe writes there");
    }
  }

  @Override
  public Optional<Felt> readProbe(PoolerRef pooler) throws StepFailed, InterruptedException {
    return felt(pooler, PoolCommands.readProbe(pgbouncer(pooler), token));
  }

  @Override
  public Optional<Felt> endProbe(PoolerRef pooler) throws StepFailed, InterruptedException {
    return felt(pooler, PoolCommands.endProbe(pgbouncer(pooler), token));
  }

  private Optional<Felt> felt(PoolerRef pooler, LocalCommand command)
      throws StepFailed, InterruptedException {
    PoolAnswer answer = send(pooler, command, GRACE);
    if (!answer.done()) {
      throw failed("Asking the probe at", pooler, answer, "It ends by itself");
    }
    return Optional.ofNullable(answer.felt())
        .map(f -> new Felt(f.writes() + f.failed(), f.longest(), f.failed(), f.toString()));
  }

  private static Pointing pointing(PoolerRef pooler, Set<Backend> from, Server to)
      throws StepFailed {
    try {
      return new Pointing(
          backend(to),
          pooler.databases(),
          from,
          new DatabasesTemplate(pooler.template()).render(backend(to)));
    } catch (IllegalArgumentException e) {
      throw new StepFailed(
          "The template of %s cannot be filled: %s Nothing was changed there; mend the template."
              .formatted(pooler, e.getMessage()));
    }
  }

  private static Backend backend(Server server) {
    return new Backend(server.address(), server.port());
  }

  private static PgBouncer pgbouncer(PoolerRef pooler) {
    return new PgBouncer(
        pooler.name(),
        pooler.socketDirectory(),
        pooler.port(),
        pooler.adminUser(),
        null,
        pooler.databasesFile(),
        pooler.owner(),
        null);
  }

  private PoolAnswer send(PoolerRef pooler, LocalCommand local, Duration limit)
      throws StepFailed, InterruptedException {
    Command command = Command.of(local.arguments()).withStdin(local.stdin()).within(limit);
    CommandResult result = scripts.change(pooler.serverId(), pooler.become(), command);
    return PoolAnswer.read(
        new LocalCommand.Output(result.exit(), result.stdout(), result.stderr()));
  }

  @Override
  public void close() {
    scripts.close();
  }

  private static StepFailed failed(String what, PoolerRef pooler, PoolAnswer answer, String state) {
    return new StepFailed(
        "%s %s: %s (%s). %s.".formatted(what, pooler, answer.outcome(), answer.message(), state));
  }
}
