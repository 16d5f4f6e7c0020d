package io.matriarch.job;

import io.matriarch.postgres.HbaFile;
import io.matriarch.postgres.HbaFile.Verb;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.postgres.LocalCommands.Output;
import io.matriarch.postgres.Sql;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** {@link Admission} over the run's shell: {@code pg_hba.conf}, SQL, and connections tried. */
final class ShellAdmission implements Admission {

  private static final Duration QUICK = Duration.ofSeconds(15);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final GuardedShell shell;
  private final KeptSql kept;
  private final KeptScripts scripts;
  private final RunLog log;
  private final Together together;
  private final Map<Long, Before> before = new ConcurrentHashMap<>();

  ShellAdmission(GuardedShell shell, RunLog log, Together together) {
    this.shell = shell;
    this.kept = new KeptSql(shell);
    this.scripts = new KeptScripts(shell, Set.of(HbaFile.SCRIPT, HbaFile.KNOCK));
    this.log = log;
    this.together = together;
  }

  /**
   * What was seen before anything was changed.
   *
   * @param file {@code pg_hba.conf}
   * @param back what came back to a connection from each
   */
  private record Before(String file, Map<Door, String> back) {}

  @Override
  public void prepare(InstanceRef primary, List<Door> doors)
      throws StepFailed, InterruptedException {
    List<List<String>> faults = rows(primary, "wrong", HbaFile.FAULTS);
    String file = rows(primary, "hba", HbaFile.WHERE).getFirst().get(1);
    if (!faults.isEmpty()) {
      throw new StepFailed(
          "%s of %s has lines that cannot be read, so that no change of it would hold: %s. Mend them, and try again."
              .formatted(
                  file,
                  primary,
                  faults.stream()
                      .map(f -> "line %s: %s".formatted(f.get(1), f.getLast()))
                      .collect(Collectors.joining("; "))));
    }
    before.put(primary.id(), new Before(file, knockAll(doors, Duration.ZERO, Map.of())));
  }

  @Override
  public void refuse(InstanceRef primary, List<Door> doors, Duration limit)
      throws StepFailed, InterruptedException {
    if (!before.containsKey(primary.id())) {
      prepare(primary, doors);
    }
    Before seen = Objects.requireNonNull(before.get(primary.id()));
    // Clients wait meanwhile, so doors are tried from the beginning on.
    together.all(
        List.of(
            () -> {
              script(primary, HbaFile.command(primary.cluster(), Verb.REFUSE, seen.file()));
              change(primary, HbaFile.RELOAD, QUICK);
            },
            () -> awaitRefusals(primary, doors, seen.back(), limit)),
        2);
  }

  private void awaitRefusals(
      InstanceRef primary, List<Door> doors, Map<Door, String> before, Duration limit)
      throws StepFailed, InterruptedException {
    Map<Door, String> said = knockAll(doors, limit, before);
    List<Door> open = doors.stream().filter(d -> !HbaFile.REFUSED.equals(said.get(d))).toList();
    if (!open.isEmpty()) {
      throw new StepFailed(
          "Nobody is to connect to %s any more, and %s."
              .formatted(
                  primary,
                  open.stream()
                      .map(d -> "from %s came back: %s".formatted(d.server(), said.get(d)))
                      .collect(Collectors.joining("; "))));
    }
    log.info(
        "%s refuses connections from %s"
            .formatted(
                primary, doors.stream().map(Door::server).collect(Collectors.joining(", "))));
  }

  private Map<Door, String> knockAll(List<Door> doors, Duration limit, Map<Door, String> before)
      throws StepFailed, InterruptedException {
    Map<Door, String> said = new ConcurrentHashMap<>();
    List<Together.Call> calls = new ArrayList<>();
    for (Door door : doors) {
      calls.add(() -> said.put(door, knock(door, limit, before.getOrDefault(door, ""))));
    }
    together.all(calls, Math.max(1, calls.size()));
    return said;
  }

  private String knock(Door door, Duration limit, String before)
      throws StepFailed, InterruptedException {
    LocalCommand knock = HbaFile.knock(door.address(), door.port(), limit, before);
    CommandResult result = run(door.serverId(), List.of(), knock, limit.plus(QUICK));
    if (!result.succeeded()) {
      throw failed("Trying a connection from " + door.server(), result);
    }
    return result.stdout().strip();
  }

  @Override
  public Still endSessions(InstanceRef primary, Duration limit, Duration still)
      throws StepFailed, InterruptedException {
    List<List<String>> rows =
        change(primary, HbaFile.endSessions(limit.toSeconds(), still), limit.plus(GRACE));
    List<List<String>> left = rows.stream().filter(row -> row.getFirst().equals("left")).toList();
    if (!left.isEmpty()) {
      throw new StepFailed(
          "Not every session of %s could be ended within %d s; left are %s. They may write on."
              .formatted(
                  primary,
                  limit.toSeconds(),
                  left.stream()
                      .map(l -> "%s (%s, pid %s)".formatted(l.get(3), l.get(2), l.get(1)))
                      .collect(Collectors.joining(", "))));
    }
    List<String> end =
        rows.stream()
            .filter(row -> row.getFirst().equals("still"))
            .findFirst()
            .orElseThrow(() -> new StepFailed(primary + " gave no answer that can be read."));
    if (!end.get(1).equals("true")) {
      throw new StepFailed(
          "No session is left on %s, but its WAL goes on (%s); something else writes, such as a worker of an extension."
              .formatted(primary, end.get(2)));
    }
    if (!end.get(4).equals("t")) {
      throw new StepFailed(
          "Not all WAL of %s could be brought to disk (it is there up to %s)."
              .formatted(primary, end.get(2)));
    }
    log.info(
        "%s has no session left, and its WAL is on disk up to %s".formatted(primary, end.get(2)));
    return new Still(Integer.parseInt(end.get(3), 16), end.get(2));
  }

  @Override
  public void admit(InstanceRef instance) throws StepFailed, InterruptedException {
    script(instance, HbaFile.command(instance.cluster(), Verb.ADMIT, ""));
    CommandResult read = kept.ask(instance, HbaFile.RELOAD, QUICK);
    log.info(
        read.succeeded()
            ? "%s lets in whoever could connect before".formatted(instance)
            : "%s lets in whoever could connect before once it starts".formatted(instance));
  }

  private List<List<String>> rows(InstanceRef instance, String tag, String sql)
      throws StepFailed, InterruptedException {
    return asked(instance, sql, QUICK).stream().filter(r -> r.getFirst().equals(tag)).toList();
  }

  private List<List<String>> change(InstanceRef instance, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    shell.changing();
    return asked(instance, sql, limit);
  }

  private List<List<String>> asked(InstanceRef instance, String sql, Duration limit)
      throws StepFailed, InterruptedException {
    log.line(RunLog.Kind.INFO, instance.server(), "psql: " + sql.strip().replaceAll("\\s+", " "));
    CommandResult result = kept.ask(instance, sql, limit);
    if (!result.succeeded()) {
      throw failed("SQL on " + instance, result);
    }
    List<List<String>> rows = Sql.rows(output(result));
    rows.forEach(row -> log.line(RunLog.Kind.STDOUT, instance.server(), String.join("\t", row)));
    return rows;
  }

  private void script(InstanceRef instance, LocalCommand local)
      throws StepFailed, InterruptedException {
    CommandResult result = run(instance.serverId(), instance.become(), local, QUICK);
    if (!result.succeeded()) {
      throw failed("pg_hba.conf of " + instance, result);
    }
  }

  private CommandResult run(long serverId, List<String> become, LocalCommand local, Duration limit)
      throws StepFailed, InterruptedException {
    Command command = Command.of(local.arguments()).withStdin(local.stdin()).within(limit);
    return scripts.change(serverId, become, command);
  }

  private static Output output(CommandResult result) {
    return new Output(result.exit(), result.stdout(), result.stderr());
  }

  private static StepFailed failed(String what, CommandResult result) {
    return new StepFailed(
        "%s exited %d: %s."
            .formatted(
                what,
                result.exit(),
                result.stderr().strip().lines().reduce((a, b) -> b).orElse("no message")));
  }

  @Override
  public void close() {
    kept.close();
    scripts.close();
  }
}
