package io.matriarch.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes a lab known to a console through its database, as people and agents would. */
public final class LabFleet {

  private final Lab lab;
  private final JdbcClient jdbc;

  /**
   * @param jdbc the console's database, as its application
   */
  public LabFleet(Lab lab, JdbcClient jdbc) {
    this.lab = lab;
    this.jdbc = jdbc;
  }

  /** All hosts, as servers of the environment "prod" that take {@code postgres}. */
  public void register() {
    jdbc.sql("insert into environment (name) values ('prod') on conflict do nothing").update();
    lab.hosts().forEach(this::register);
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
  public long discover(LabHerd herd) throws IOException {
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

  public void report(String host) throws IOException {
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
  public void pooler(long herd, LabService service) {
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

  public long instance(String host, LabHerd herd) {
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
}
