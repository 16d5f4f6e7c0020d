package io.matriarch.walk;

import io.matriarch.MatriarchApplication;
import io.matriarch.audit.Origin;
import io.matriarch.database.Rows;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Jobs;
import io.matriarch.job.RunRow;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabHost;
import io.matriarch.lab.LabResult;
import io.matriarch.lab.LabService;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.testing.TestDatabase;
import io.matriarch.watch.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole console, which knows the hosts of a lab and hears their agents when told to. */
final class LabConsole implements AutoCloseable {

  private static final Actor DBA = new Actor("dora", Role.DBA, Origin.API, "127.0.0.1");

  final Lab lab;
  final JdbcClient jdbc;
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

  private LabConsole(Lab lab, List<String> more) throws IOException {
    this.lab = lab;
    database = TestDatabase.fresh();
    directory = newDirectory(lab);
    List<String> arguments = new ArrayList<>(database.arguments());
    arguments.add("--server.port=0");
    arguments.add("--matriarch.data-directory=" + directory);
    arguments.addAll(more);
    context = SpringApplication.run(MatriarchApplication.class, arguments.toArray(String[]::new));
    jdbc = database.jdbc();
    jdbc.sql("insert into environment (name) values ('prod') on conflict do nothing").update();
    lab.hosts().forEach(this::register);
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
    return new ConsoleProcess(newDirectory(lab), database.arguments());
  }

  private void register(LabHost host) {
    jdbc.sql(
            """
            insert into server (name, environment_id, address, ssh_port, ssh_user, host_keys)
            select :name, environment_id, :address, :port, 'postgres', array[:key] from environment where name = 'prod'
            on conflict (name) do update set host_keys = excluded.host_keys
            """)
        .param("name", host.name())
        .param("address", host.address())
        .param("port", host.sshPort())
        .param("key", host.hostKey())
        .update();
  }

  /** Runs the agent on each host, and waits until the herd is known with its members. */
  long discover(LabHerd herd) throws IOException {
    for (String member : herd.members()) {
      report(member);
    }
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                jdbc.sql(
                        """
                        select h.herd_id from herd h join instance i using (herd_id) where h.name = :name
                        group by 1 having count(*) = :members
                           and count(*) filter (where i.state = 'primary') = 1
                           and count(*) filter (where i.state = 'standby' and i.upstream_id is not null) = :members - 1
                        """)
                    .param("name", herd.name())
                    .param("members", herd.members().size())
                    .query(Long.class)
                    .optional(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  void report(String host) throws IOException {
    Duration limit = Duration.ofSeconds(60);
    String script = Files.readString(Path.of("agent-report/matriarch-report"));
    lab.execAs("root", host, limit, script, "sh", "-c", "cat >/tmp/matriarch-report");
    lab.exec(host, "sh", "-c", "echo server=" + host + " >/tmp/report.conf");
    LabResult printed =
        lab.execAs(
            "postgres",
            host,
            limit,
            "",
            "sh",
            "/tmp/matriarch-report",
            "--config",
            "/tmp/report.conf",
            "--print");
    if (printed.exitCode() != 0) {
      throw new IOException("the agent on " + host + " said " + printed.errors());
    }
    jdbc.sql("select report_from(:document::jsonb, 'agent-' || :server, '127.0.0.1')")
        .param("server", host)
        .param("document", printed.output())
        .query()
        .listOfRows();
  }

  /** Registers every process of a pooler of the lab. */
  void pooler(long herd, LabService service) {
    int number = 0;
    for (tools.jackson.databind.JsonNode socket : service.facts().get("socketDirectories")) {
      jdbc.sql(
              """
              insert into pooler (herd_id, server_id, name, socket_directory, port, databases_file, template, databases)
              select :herd, server_id, :name, :socket, :port, :file, :template, array['app'] from server where name = :host
              """)
          .param("herd", herd)
          .param("name", service.host() + "-" + ++number)
          .param("socket", socket.asString())
          .param("port", service.port())
          .param("file", service.fact("databasesFile"))
          .param("template", "[databases]\napp = host={{.Host}} port={{.Port}} dbname=app\n")
          .param("host", service.host())
          .update();
    }
  }

  long instance(String host, LabHerd herd) {
    return jdbc.sql(
            """
            select instance_id from instance i join server s using (server_id) join herd h using (herd_id)
            where s.name = :host and h.name = :herd
            """)
        .param("host", host)
        .param("herd", herd.name())
        .query(Long.class)
        .single();
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

  long submit(String action, Target target, Map<String, String> options) {
    JobRequest request = JobRequest.of(action, List.of(target), options);
    return Access.<Long, RuntimeException>as(
        DBA, () -> context.getBean(Jobs.class).submit(request));
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
