package io.matriarch.walk;

import io.matriarch.MatriarchApplication;
import io.matriarch.audit.Origin;
import io.matriarch.database.Rows;
import io.matriarch.inventory.DnsRecordDraft;
import io.matriarch.inventory.DnsRecords;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Jobs;
import io.matriarch.job.RunRow;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabFleet;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Secret;
import io.matriarch.testing.TestDatabase;
import io.matriarch.watch.Readiness;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole console, which knows the hosts of a lab and hears their agents when told to. */
final class LabConsole implements AutoCloseable {

  private static final Actor DBA = new Actor("dora", Role.DBA, Origin.API, "127.0.0.1");

  /** What makes a take-over a matter of seconds. */
  static final List<String> BRIEF =
      List.of(
          "--matriarch.engine.take-over-after=7s",
          "--matriarch.engine.lease-holds=5s",
          "--matriarch.engine.heartbeat-every=1s");

  final Lab lab;
  final JdbcClient jdbc;
  private final LabFleet fleet;
  private final TestDatabase database;
  private final Path directory;
  private final ConfigurableApplicationContext context;

  LabConsole(Lab lab) throws IOException {
    this(lab, List.of());
  }

  /** One that submits and shows jobs and leaves them to other consoles. */
  static LabConsole withoutEngine(Lab lab) throws IOException {
    return new LabConsole(
        lab,
        List.of("--matriarch.engine.runs-at-once=0", "--matriarch.engine.take-over-after=10h"));
  }

  LabConsole(Lab lab, List<String> more) throws IOException {
    this.lab = lab;
    database = TestDatabase.fresh();
    directory = newDirectory(lab);
    List<String> arguments = new ArrayList<>(database.arguments());
    arguments.add("--server.port=0");
    arguments.add("--matriarch.data-directory=" + directory);
    arguments.addAll(more);
    context = SpringApplication.run(MatriarchApplication.class, arguments.toArray(String[]::new));
    jdbc = database.jdbc();
    fleet = new LabFleet(lab, jdbc);
    fleet.register();
  }

  private static Path newDirectory(Lab lab) throws IOException {
    Path made = Files.createTempDirectory("matriarch-lab");
    Path ssh = Files.createDirectories(made.resolve("ssh"));
    Files.copy(lab.sshKey(), ssh.resolve("id_ed25519"));
    Files.setPosixFilePermissions(
        ssh.resolve("id_ed25519"), PosixFilePermissions.fromString("rw-------"));
    return made;
  }

  /** Another console on the same database, in a process of its own. */
  ConsoleProcess another() throws IOException {
    return another(List.of());
  }

  ConsoleProcess another(List<String> more) throws IOException {
    List<String> arguments = new ArrayList<>(database.arguments());
    arguments.addAll(more);
    return new ConsoleProcess(newDirectory(lab), arguments);
  }

  /**
   * A number that is another one each day, so that two runs of the tests try what one leaves out.
   */
  static int today() {
    return (int) LocalDate.now(ZoneOffset.UTC).toEpochDay();
  }

  /** Another one that reaches the database along a line of its own. */
  ConsoleProcess another(List<String> more, DatabaseLine line) throws IOException {
    List<String> arguments = new ArrayList<>(line.along(database.arguments()));
    arguments.addAll(more);
    return new ConsoleProcess(newDirectory(lab), arguments);
  }

  DatabaseLine line() throws IOException {
    String url = database.superuserLogin().url();
    return new DatabaseLine(URI.create(url.substring("jdbc:".length())).getPort());
  }

  /** Runs the agent on each host, and waits until the herd is known with its members. */
  long discover(LabHerd herd) throws IOException {
    return fleet.discover(herd);
  }

  void report(String host) throws IOException {
    fleet.report(host);
  }

  /** Registers every process of a pooler of the lab. */
  void pooler(long herd, LabService service) {
    fleet.pooler(herd, service);
  }

  /** Writes a record of the lab's BIND down for a herd. */
  long dnsRecord(long herd, String name, LabService bind, List<String> servers) {
    DnsRecordDraft draft =
        new DnsRecordDraft(
            name,
            herd,
            bind.fact("zone"),
            "A",
            5,
            servers.getFirst(),
            bind.fact("keyName"),
            bind.fact("algorithm"),
            servers,
            Secret.of(bind.fact("secret")));
    return Access.<Long, RuntimeException>as(
        DBA, () -> context.getBean(DnsRecords.class).create(draft, Set.of()).id());
  }

  /** Takes the database away from all its consoles. */
  LostDatabase lostDatabase() throws SQLException {
    return new LostDatabase(database);
  }

  long instance(String host, LabHerd herd) {
    return fleet.instance(host, herd);
  }

  /** Why a switchover to the candidate is not ready, after a look at it now; none if it is. */
  List<String> readiness(long herd, long candidate) {
    java.sql.Timestamp before =
        jdbc.sql("select clock_timestamp()").query(java.sql.Timestamp.class).single();
    Access.as(DBA, () -> context.getBean(Readiness.class).checkNow(herd));
    return Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                jdbc.sql(
                        "select reasons from readiness where instance_id = :candidate and at > :before")
                    .param("candidate", candidate)
                    .param("before", before)
                    .query((rs, n) -> Rows.textsOf(rs, "reasons"))
                    .optional(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  /** A part of the console, as the screens have it. */
  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  long submit(String action, Target target, Map<String, String> options) {
    JobRequest request = JobRequest.of(action, List.of(target), options);
    return Access.<Long, RuntimeException>as(
        DBA, () -> context.getBean(Jobs.class).submit(request));
  }

  void cancel(long job) {
    Access.<Boolean, RuntimeException>as(DBA, () -> context.getBean(Jobs.class).cancel(job));
  }

  /** A new job for what failed of one. */
  long retry(long job) {
    return Access.<Long, RuntimeException>as(
        DBA, () -> context.getBean(Jobs.class).retry(job, null));
  }

  int ordinal(long job, String step) {
    return jdbc.sql(
            """
            select min(s.ordinal) from run_step s join run using (run_id)
            where job_id = :job and s.kind = 'STEP' and s.describe like :step || '%'
            """)
        .param("job", job)
        .param("step", step)
        .query(Integer.class)
        .single();
  }

  /** How many steps its runs have. */
  int steps(long job) {
    return jdbc.sql(
            "select count(*) from run_step join run using (run_id) where job_id = :job and kind = 'STEP'")
        .param("job", job)
        .query(Integer.class)
        .single();
  }

  /** Until the step has begun, or the run has ended before it could be seen. */
  void awaitRunning(long job, int ordinal) {
    try {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(2))
          .atMost(Duration.ofMinutes(2))
          .until(() -> hasBegun(job, ordinal));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "step %d of job %d never began%n%s".formatted(ordinal, job, log(job)), e);
    }
  }

  private boolean hasBegun(long job, int ordinal) {
    return jdbc.sql(
            """
            select exists (select from run where job_id = :job and state not in ('QUEUED', 'RUNNING'))
                or exists (select from run_step s join run using (run_id)
                            where job_id = :job and s.kind = 'STEP' and s.ordinal >= :ordinal and s.state <> 'PENDING')
            """)
        .param("job", job)
        .param("ordinal", ordinal)
        .query(Boolean.class)
        .single();
  }

  /** The console that has the run now; none if it has ended. */
  Optional<ConsoleProcess> runner(long job, List<ConsoleProcess> consoles) {
    String owner =
        jdbc.sql(
                "select coalesce((select node from run where job_id = :job and state = 'RUNNING'), '')")
            .param("job", job)
            .query(String.class)
            .single();
    return consoles.stream().filter(c -> c.isNamed(owner)).findAny();
  }

  boolean isBusy() {
    return jdbc.sql("select exists (select from run where state in ('QUEUED', 'RUNNING'))")
        .query(Boolean.class)
        .single();
  }

  RunRow awaitEnd(long job) {
    JobQueries queries = context.getBean(JobQueries.class);
    return Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .ignoreExceptionsInstanceOf(DataAccessException.class)
        .until(() -> queries.runs(job).getFirst(), run -> run.state().isEnded());
  }

  /** Everything the log of a job says, for the message of a failed test. */
  String log(long job) {
    return String.join(
        "\n",
        jdbc.sql(
                "select concat_ws(' ', at, source, stream, text) from job_log where job_id = :job order by seq")
            .param("job", job)
            .query(String.class)
            .list());
  }

  @Override
  public void close() throws Exception {
    context.close();
    database.close();
    org.springframework.util.FileSystemUtils.deleteRecursively(directory);
  }
}
