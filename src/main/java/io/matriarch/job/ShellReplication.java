package io.matriarch.job;

import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.Rebuild.Space;
import io.matriarch.postgres.ReplicationSql;
import io.matriarch.postgres.Sql;
import io.matriarch.postgres.StandbyFiles;
import io.matriarch.postgres.StandbyFiles.Verb;
import io.matriarch.postgres.Stop;
import io.matriarch.postgres.Stop.Down;
import io.matriarch.postgres.TryReplication;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link Replication} over the run's shell: scripts and SQL on each instance's own host. */
final class ShellReplication implements Replication {

  private static final Duration QUICK = Duration.ofSeconds(15);
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** For what looks at every file. */
  private static final Duration LONG = Duration.ofMinutes(5);

  private final GuardedShell shell;
  private final KeptSql kept;
  private final KeptScripts scripts;
  private final RunLog log;
  private final String token;

  ShellReplication(GuardedShell shell, RunLog log, Owned run) {
    this.shell = shell;
    this.kept = new KeptSql(shell);
    this.scripts = new KeptScripts(shell, Set.of(Stop.SCRIPT, StandbyFiles.SCRIPT));
    this.log = log;
    // Whoever takes the run over must find what an earlier attempt staged.
    this.token = "run-" + run.runId();
  }

  @Override
  public void checkpoint(InstanceRef instance, Duration limit)
      throws StepFailed, InterruptedException {
    keptChange(instance, "Checkpoint", ReplicationSql.CHECKPOINT, limit);
  }

  @Override
  public String proveControl(InstanceRef primary, int timeline, Duration limit)
      throws StepFailed, InterruptedException {
    List<String> row =
        row(
            keptChange(
                primary, "Checkpoint", ReplicationSql.CHECKPOINT + ReplicationSql.CONTROL, limit),
            "control",
            3,
            primary);
    if (!row.get(1).equals(Integer.toString(timeline))) {
      throw new StepFailed(
          "The control file of %s names timeline %s after a checkpoint, and it writes %d. Nothing was rewound; see who is primary."
              .formatted(primary, row.get(1), timeline));
    }
    return row.get(2);
  }

  @Override
  public String rewinder(InstanceRef primary, String preferred)
      throws StepFailed, InterruptedException {
    String sql = ReplicationSql.rewinder(preferred);
    for (List<String> row : read(primary, "Looking for a role that may rewind", sql, QUICK)) {
      if (row.size() == 2 && row.getFirst().equals("rewinder")) {
        return row.get(1);
      }
    }
    throw new StepFailed(
        "No role on %s may be used by pg_rewind. Nothing was rewound; there, grant execute on the functions pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean), pg_read_binary_file(text) and pg_read_binary_file(text, bigint, bigint, boolean) to %s, and let it connect to database postgres."
            .formatted(primary, preferred));
  }

  @Override
  public List<String> replicators(InstanceRef primary) throws StepFailed, InterruptedException {
    String what = "Looking for a role that may replicate";
    return read(primary, what, ReplicationSql.REPLICATORS, QUICK).stream()
        .filter(row -> row.size() == 2 && row.getFirst().equals("replicator"))
        .map(List::getLast)
        .toList();
  }

  @Override
  public List<Space> spaces(InstanceRef instance) throws StepFailed, InterruptedException {
    List<Space> spaces = new ArrayList<>();
    for (List<String> row :
        read(instance, "Asking what room it takes", ReplicationSql.SPACES, LONG)) {
      if (row.size() == 3 && row.getFirst().equals("space")) {
        spaces.add(new Space(row.get(1), Long.parseLong(row.get(2))));
      }
    }
    if (spaces.isEmpty()) {
      throw new StepFailed(
          "%s did not say what room its data takes. Nothing was changed; look at the output above."
              .formatted(instance));
    }
    return spaces;
  }

  @Override
  public Optional<BackupProgress> backupProgress(InstanceRef source, String application)
      throws StepFailed, InterruptedException {
    CommandResult result = kept.ask(source, ReplicationSql.backupProgress(application), QUICK);
    return rows(source, "Asking how far the base backup is", result).stream()
        .filter(row -> row.size() == 4 && row.getFirst().equals("backup"))
        .map(row -> new BackupProgress(row.get(1), number(row.get(2)), number(row.get(3))))
        .findFirst();
  }

  private static long number(String text) {
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  @Override
  public Down stop(InstanceRef primary, Duration limit, Duration patience, String candidate)
      throws StepFailed, InterruptedException {
    Down down = down(primary, limit, Stop.command(primary.cluster(), limit, patience, candidate));
    if (!down.isClean()) {
      throw new StepFailed(
          "Stopping %s: no process of it is left, but pg_control says \"%s\", which proves no clean end. What it had not sent to the candidate would be lost; start it again, let it recover, and look at its log."
              .formatted(primary, down.state()));
    }
    return down;
  }

  @Override
  public void stopStandby(InstanceRef standby, Duration limit)
      throws StepFailed, InterruptedException {
    down(standby, limit, Stop.command(standby.cluster(), limit, limit, ""));
  }

  /** Sending a shutdown its signal once more changes nothing. */
  @Override
  public Down awaitDown(InstanceRef instance, Duration limit, Duration immediate)
      throws StepFailed, InterruptedException {
    Duration patience = Duration.ofSeconds(Math.min(5, limit.toSeconds()));
    return down(instance, limit, Stop.command(instance.cluster(), limit, patience, "", immediate));
  }

  private Down down(InstanceRef instance, Duration limit, LocalCommand stop)
      throws StepFailed, InterruptedException {
    CommandResult result = script(instance, stop, limit.plus(GRACE));
    return Stop.read(output(result))
        .orElseThrow(
            () ->
                failed(
                    "Stopping " + instance,
                    result,
                    "It may still be running or stopping; its sessions, WAL senders or archiver hold it"));
  }

  @Override
  public void waitReplayed(InstanceRef standby, Down down, Duration limit)
      throws StepFailed, InterruptedException {
    List<String> row =
        row(
            read(
                standby,
                "Waiting for replay past " + down.checkpoint(),
                ReplicationSql.waitReplayed(down.checkpoint()),
                limit),
            "replayed",
            4,
            standby);
    if (!row.get(1).equals("t") || !row.get(3).equals(down.systemIdentifier())) {
      throw new StepFailed(
          "%s is not a standby of the stopped primary: in recovery %s, system identifier %s instead of %s. It was not promoted; look at both."
              .formatted(standby, row.get(1), row.get(3), down.systemIdentifier()));
    }
    log.info(
        "%s has replayed to %s, past the shutdown checkpoint %s"
            .formatted(standby, row.get(2), down.checkpoint()));
  }

  @Override
  public Promoted promote(InstanceRef standby, Duration limit)
      throws StepFailed, InterruptedException {
    return promoted(
        keptChange(standby, "Promoting", ReplicationSql.promote(limit.toSeconds()), limit),
        standby);
  }

  @Override
  public Promoted proveWritable(InstanceRef instance, Duration limit)
      throws StepFailed, InterruptedException {
    return promoted(
        keptChange(
            instance,
            "A write",
            ReplicationSql.proveWritable(limit.toSeconds()),
            limit.plus(GRACE)),
        instance);
  }

  private static Promoted promoted(List<List<String>> rows, InstanceRef instance)
      throws StepFailed {
    List<String> row = row(rows, "writable", 3, instance);
    return new Promoted(Integer.parseInt(row.get(1), 16), row.get(2));
  }

  @Override
  public boolean isSynchronous(InstanceRef primary, int needed, Duration limit)
      throws StepFailed, InterruptedException {
    String sql = ReplicationSql.waitSynchronous(needed, limit.toSeconds());
    List<List<String>> rows =
        keptChange(primary, "Waiting for synchronous standbys", sql, limit.plus(GRACE));
    return row(rows, "synchronous", 2, primary).get(1).equals("true");
  }

  @Override
  public String synchronousNames(InstanceRef instance) throws StepFailed, InterruptedException {
    String what = "Asking for synchronous standbys";
    return row(read(instance, what, ReplicationSql.SYNCHRONOUS_NAMES, QUICK), "names", 2, instance)
        .get(1);
  }

  @Override
  public String applicationName(InstanceRef standby) throws StepFailed, InterruptedException {
    String own = upstreamOf(standby).get("application_name");
    if (!own.isEmpty()) {
      return own;
    }
    String what = "Asking for its cluster_name";
    String cluster =
        row(read(standby, what, ReplicationSql.CLUSTER_NAME, QUICK), "cluster", 2, standby).get(1);
    return cluster.isEmpty() ? "walreceiver" : cluster;
  }

  @Override
  public List<String> hasty(InstanceRef instance) throws StepFailed, InterruptedException {
    return read(instance, "Asking whose commits wait", ReplicationSql.HASTY, QUICK).stream()
        .filter(row -> row.size() == 2 && row.getFirst().equals("hasty"))
        .map(row -> row.get(1))
        .toList();
  }

  @Override
  public void setSynchronousNames(InstanceRef primary, String names)
      throws StepFailed, InterruptedException {
    keptChange(
        primary, "Setting synchronous standbys", ReplicationSql.synchronousNames(names), QUICK);
  }

  @Override
  public Receiving receiving(InstanceRef standby) throws StepFailed, InterruptedException {
    return receiving(
        row(
            read(standby, "Looking at the WAL receiver", ReplicationSql.RECEIVING, QUICK),
            "receiving",
            7,
            standby));
  }

  private static Receiving receiving(List<String> row) {
    return new Receiving(
        row.get(1).equals("t"),
        row.get(2),
        row.get(3).isEmpty() ? 0 : Integer.parseInt(row.get(3)),
        row.get(4),
        row.get(5),
        row.get(6));
  }

  @Override
  public ReadinessFacts readiness(InstanceRef instance, Duration patience)
      throws StepFailed, InterruptedException {
    LocalCommand sql = ReadinessFacts.command(instance.cluster(), patience);
    CommandResult result =
        shell.quietly(instance.serverId(), command(instance, sql, QUICK.plus(GRACE)));
    return ReadinessFacts.read(output(result))
        .orElseThrow(
            () ->
                failed(
                    "Asking %s what a switch needs to know".formatted(instance),
                    result,
                    "Nothing was changed"));
  }

  @Override
  public Conninfo upstreamOf(InstanceRef standby) throws StepFailed, InterruptedException {
    CommandResult result = kept.ask(standby, ReplicationSql.UPSTREAM, QUICK);
    if (!result.succeeded()) {
      throw failed("Reading primary_conninfo of " + standby, result, "Nothing was changed");
    }
    try {
      return Conninfo.parse(row(Sql.rows(output(result)), "upstream", 2, standby).get(1));
    } catch (IllegalArgumentException e) {
      throw new StepFailed(
          "primary_conninfo of %s cannot be read: %s Nothing was changed; write it as keyword=value pairs."
              .formatted(standby, e.getMessage()));
    }
  }

  @Override
  public void tryReplication(InstanceRef from, Conninfo to)
      throws StepFailed, InterruptedException {
    LocalCommand attempt = TryReplication.command(from.cluster(), to);
    CommandResult result = shell.read(from.serverId(), command(from, attempt, QUICK.plus(GRACE)));
    if (!result.succeeded()) {
      throw failed(
          "Connecting from %s as a standby would (%s)".formatted(from.server(), to),
          result,
          "Nothing was changed; mend pg_hba.conf, role or password of the new direction");
    }
  }

  @Override
  public void stageStandby(InstanceRef instance, Conninfo upstream, String slot)
      throws StepFailed, InterruptedException {
    files(instance, Verb.STAGE, StandbyFiles.settings(upstream.reveal(), slot));
  }

  @Override
  public void applyStandby(InstanceRef instance, Down proven)
      throws StepFailed, InterruptedException {
    Optional<Down> now = StandbyFiles.applied(output(files(instance, Verb.APPLY, "")));
    if (!now.equals(Optional.of(proven))) {
      throw new StepFailed(
          "%s was proven to have ended %s; now its pg_control says %s. Somebody has run it in between, so it may have written what no standby has; nothing was promoted."
              .formatted(
                  instance, proven, now.map(Down::toString).orElse("nothing that can be read")));
    }
  }

  @Override
  public void applyStandby(InstanceRef instance) throws StepFailed, InterruptedException {
    files(instance, Verb.APPLY, "");
  }

  @Override
  public void withdrawStandby(InstanceRef instance) throws StepFailed, InterruptedException {
    files(instance, Verb.WITHDRAW, "");
  }

  @Override
  public void fence(InstanceRef instance) throws StepFailed, InterruptedException {
    files(instance, Verb.STAGE, StandbyFiles.settings("host='%s'".formatted(NOWHERE), ""));
    files(instance, Verb.APPLY, "");
  }

  @Override
  public void liftFence(InstanceRef instance) throws StepFailed, InterruptedException {
    files(instance, Verb.LIFT, "");
  }

  @Override
  public void settleStandby(InstanceRef instance) throws StepFailed, InterruptedException {
    files(instance, Verb.SETTLE, "");
  }

  private CommandResult files(InstanceRef instance, Verb verb, String settings)
      throws StepFailed, InterruptedException {
    LocalCommand local = StandbyFiles.command(instance.cluster(), verb, token, settings);
    CommandResult result = script(instance, local, QUICK);
    if (!result.succeeded()) {
      throw failed(
          "The standby settings of %s (%s)".formatted(instance, verb),
          result,
          "Look at its data directory");
    }
    return result;
  }

  @Override
  public void waitNotReceiving(InstanceRef standby, Duration limit)
      throws StepFailed, InterruptedException {
    List<String> row =
        row(
            read(
                standby,
                "Waiting for the end of the WAL receiver",
                ReplicationSql.waitNotReceiving(limit.toSeconds()),
                limit.plus(GRACE)),
            "receiving",
            7,
            standby);
    if (!row.get(2).isEmpty()) {
      throw new StepFailed(
          "%s still receives WAL from %s after %d s (status %s). Nothing was promoted; look at its log."
              .formatted(standby, row.get(4), limit.toSeconds(), row.get(2)));
    }
  }

  @Override
  public Optional<Duration> lastHeard(InstanceRef standby) throws StepFailed, InterruptedException {
    String millis =
        row(
                read(
                    standby,
                    "Asking when it last heard from its upstream",
                    ReplicationSql.LAST_HEARD,
                    QUICK),
                "heard",
                2,
                standby)
            .get(1);
    return millis.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(0, Long.parseLong(millis))));
  }

  @Override
  public String written(InstanceRef primary) throws StepFailed, InterruptedException {
    return row(
            read(primary, "Asking how far it has written", ReplicationSql.WRITTEN, QUICK),
            "written",
            2,
            primary)
        .get(1);
  }

  @Override
  public void waitCaughtUp(InstanceRef standby, String lsn, Duration limit)
      throws StepFailed, InterruptedException {
    List<String> row =
        row(
            read(
                standby,
                "Waiting for replay up to " + lsn,
                ReplicationSql.waitCaughtUp(lsn, limit.toSeconds()),
                limit.plus(GRACE)),
            "caught",
            4,
            standby);
    if (!row.get(1).equals("t") || !row.get(3).equals("0")) {
      throw new StepFailed(
          "%s has not caught up after %d s: %s, replayed to %s, %s bytes before %s. Nothing else was touched; find out why it lags, then go on with the rest."
              .formatted(
                  standby,
                  limit.toSeconds(),
                  row.get(1).equals("t") ? "it streams" : "it does not stream",
                  row.get(2).isEmpty() ? "nothing" : row.get(2),
                  row.get(3).isEmpty() ? "an unknown number of" : row.get(3),
                  lsn));
    }
    log.info("%s streams and has replayed to %s".formatted(standby, row.get(2)));
  }

  @Override
  public Optional<Slot> slot(InstanceRef instance, String name)
      throws StepFailed, InterruptedException {
    return read(instance, "Looking at a slot", ReplicationSql.slot(name), QUICK).stream()
        .filter(row -> row.size() == 5 && row.getFirst().equals("slot"))
        .map(r -> new Slot(r.get(1).equals("logical"), r.get(2).equals("t"), r.get(3), r.get(4)))
        .findFirst();
  }

  @Override
  public void dropSlot(InstanceRef instance, String name) throws StepFailed, InterruptedException {
    keptChange(instance, "Dropping a slot", ReplicationSql.dropSlot(name), QUICK);
  }

  @Override
  public void createSlots(InstanceRef instance, List<String> names)
      throws StepFailed, InterruptedException {
    keptChange(instance, "Creating slots", ReplicationSql.createSlots(names), QUICK);
  }

  @Override
  public void dropSlots(InstanceRef instance, List<String> names)
      throws StepFailed, InterruptedException {
    keptChange(instance, "Dropping slots", ReplicationSql.dropSlots(names), QUICK);
  }

  @Override
  public List<String> failoverSlots(InstanceRef primary) throws StepFailed, InterruptedException {
    String what = "Looking for failover slots";
    return read(primary, what, ReplicationSql.FAILOVER_SLOTS, QUICK).stream()
        .filter(row -> row.size() == 2 && row.getFirst().equals("failover"))
        .map(List::getLast)
        .toList();
  }

  @Override
  public void dropOwnFailoverSlots(InstanceRef standby, List<String> names)
      throws StepFailed, InterruptedException {
    String sql = ReplicationSql.dropOwnFailoverSlots(names);
    keptChange(standby, "Dropping failover slots", sql, QUICK);
  }

  @Override
  public void follow(InstanceRef standby, Conninfo upstream, String slot)
      throws StepFailed, InterruptedException {
    log(standby, ReplicationSql.follow(upstream.toString(), slot));
    shell.changing();
    CommandResult result = kept.ask(standby, ReplicationSql.follow(upstream.reveal(), slot), QUICK);
    rows(standby, "Following " + upstream, result);
  }

  @Override
  public Receiving waitStreaming(InstanceRef standby, int timeline, Duration limit)
      throws StepFailed, InterruptedException {
    Receiving seen =
        receiving(
            row(
                read(
                    standby,
                    "Waiting for streaming on timeline " + timeline,
                    ReplicationSql.waitStreaming(timeline, limit.toSeconds()),
                    limit.plus(GRACE)),
                "receiving",
                7,
                standby));
    if (!seen.isStreaming() || seen.timeline() != timeline) {
      throw new StepFailed(
          "%s does not stream on timeline %d after %d s: its WAL receiver is \"%s\" on timeline %d. It serves reads of old data until it follows; its log says why."
              .formatted(standby, timeline, limit.toSeconds(), seen.status(), seen.timeline()));
    }
    log.info("%s streams from %s on timeline %d".formatted(standby, seen.senderHost(), timeline));
    return seen;
  }

  /** Asks in the session that is kept for the instance. */
  private List<List<String>> read(InstanceRef instance, String what, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    log(instance, sql);
    List<List<String>> rows = rows(instance, what, kept.ask(instance, sql, limit));
    rows.forEach(row -> log.line(RunLog.Kind.STDOUT, instance.server(), String.join("\t", row)));
    return rows;
  }

  /**
   * The same for what changes something and is safe to repeat. Between the host's guard and the
   * server lies no login, no sudo and no connection that could hold it up until it is too late.
   */
  private List<List<String>> keptChange(
      InstanceRef instance, String what, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    shell.changing();
    return read(instance, what, sql, limit);
  }

  private void log(InstanceRef instance, String sql) {
    log.line(RunLog.Kind.INFO, instance.server(), "psql: " + sql.strip().replaceAll("\\s+", " "));
  }

  private static List<List<String>> rows(InstanceRef instance, String what, CommandResult result)
      throws StepFailed {
    if (!result.succeeded()) {
      throw failed("%s on %s".formatted(what, instance), result, "Look at its log");
    }
    return Sql.rows(output(result));
  }

  private CommandResult script(InstanceRef instance, LocalCommand local, Duration limit)
      throws StepFailed, InterruptedException {
    Command command = Command.of(local.arguments()).withStdin(local.stdin()).within(limit);
    return scripts.change(instance.serverId(), instance.become(), command);
  }

  @Override
  public void close() {
    kept.close();
    scripts.close();
  }

  private static Command command(InstanceRef instance, LocalCommand local, Duration limit) {
    return Command.of(local.arguments())
        .withStdin(local.stdin())
        .startedBy(instance.become())
        .within(limit);
  }

  private static Output output(CommandResult result) {
    return new Output(result.exit(), result.stdout(), result.stderr());
  }

  private static List<String> row(
      List<List<String>> rows, String tag, int columns, InstanceRef instance) throws StepFailed {
    return rows.stream()
        .filter(row -> row.getFirst().equals(tag) && row.size() == columns)
        .findFirst()
        .orElseThrow(
            () ->
                new StepFailed(
                    "%s gave no answer that can be read (%s). What was asked may have happened; look at it."
                        .formatted(instance, tag)));
  }

  private static StepFailed failed(String what, CommandResult result, String state) {
    return new StepFailed(
        "%s exited %d after %.1f s: %s. %s."
            .formatted(
                what,
                result.exit(),
                result.duration().toMillis() / 1000.0,
                result.stderr().strip().lines().reduce((a, b) -> b).orElse("no message"),
                state));
  }
}
