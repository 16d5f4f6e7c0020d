package io.matriarch.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.audit.TestAudit;
import io.matriarch.inventory.Fleets;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.TestCluster;
import io.matriarch.remote.Host;
import io.matriarch.remote.SshIdentity;
import io.matriarch.remote.TestShell;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Probes over a real sshd of a real cluster. */
class ProbesTest {

  private static final String OTHER_KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBWvMBrxpuw3W/rnOSVzPuCFpRRuyzRK5kgAWRPhvB4W";

  @TempDir private Path directory;
  private Console console;
  private TestShell sshd;
  private TestCluster cluster;
  private Probes probes;
  private long instance;

  @BeforeEach
  void open() throws Exception {
    console = new Console();
    sshd = TestShell.on("127.71.0.1", SshIdentity.in(directory));
    cluster = TestCluster.primary();
    try (var context = new AnnotationConfigApplicationContext()) {
      context.registerBean(JdbcClient.class, () -> console.jdbc);
      context.registerBean(Clock.class, Clock::systemUTC);
      context.register(Fleets.class);
      context.refresh();
      Unreached unreached =
          new Unreached(
              console.jdbc,
              console.database.transactions(),
              console.ledger,
              TestAudit.over(console.database));
      probes =
          new Probes(
              context.getBean(Fleets.class),
              sshd.shell(),
              console.ledger,
              unreached,
              Clock.systemUTC());
    }
    instance = registered(sshd.host(), cluster.at());
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    sshd.close();
    console.close();
  }

  /** A server with one instance that was last heard of an hour ago. */
  private long registered(Host host, Cluster at) {
    List<String> become =
        host.user().equals(at.owner()) ? List.of() : List.of("runuser", "-u", "{owner}", "--");
    console
        .jdbc
        .sql(
            """
            with s as (
              insert into server (name, address, ssh_port, ssh_user, host_keys, become)
              values ('db1', :address, :port, :user, :keys, :become) returning server_id),
            r as (insert into server_report (server_id, reported_at)
                  select server_id, now() - interval '1 hour' from s),
            h as (insert into herd (name) values ('orders') returning herd_id)
            insert into instance (server_id, herd_id, data_directory, port, configured_port, owner,
                                  socket_directory, bin_directory, role, state, unit,
                                  observed_at, reported_at)
            select server_id, herd_id, :data, :pgport, :pgport, :owner, :sockets, :bin, 'primary', 'stopped',
                   'kept.service', now() - interval '1 hour', now() - interval '1 hour' from s, h
            """)
        .param("address", host.address())
        .param("port", host.port())
        .param("user", host.user())
        .param("keys", host.pinnedKeys().toArray(String[]::new))
        .param("become", become.toArray(String[]::new))
        .param("data", at.dataDirectory())
        .param("pgport", at.port())
        .param("owner", at.owner())
        .param("sockets", at.socketDirectory())
        .param("bin", at.binDirectory())
        .update();
    return console.jdbc.sql("select instance_id from instance").query(Long.class).single();
  }

  private Map<String, Object> row() {
    return console.jdbc.sql("select * from instance").query().singleRow();
  }

  @Test
  void a_probe_sees_what_runs_and_what_stopped_and_keeps_what_it_did_not_look_at()
      throws Exception {
    console
        .jdbc
        .sql("update server_report set unreachable_since = now(), unreachable_reason = 'x'")
        .update();
    probes.observe(List.of(instance));

    assertThat(row())
        .containsEntry("state", "primary")
        .containsEntry("online", true)
        .containsEntry("timeline", 1);
    assertThat(row().get("write_lsn")).isNotNull();
    assertThat(row().get("probed_at")).isNotNull();
    assertThat(row()).containsEntry("unit", "kept.service");
    assertThat(console.serverReport("db1")).containsEntry("unreachable_since", null);

    cluster.stop("fast");
    probes.observe(List.of(instance));
    assertThat(row())
        .containsEntry("state", "stopped")
        .containsEntry("online", false)
        .containsEntry("role", "primary")
        .containsEntry("control_state", "shut down");
    assertThat(row().get("write_lsn")).as("the last position stays, with its age").isNotNull();
  }

  @Test
  void a_server_without_sshd_makes_its_instances_unreachable_and_not_stopped() {
    console.jdbc.sql("update server set ssh_port = 1").update();
    probes.observe(List.of(instance));

    assertThat(row()).containsEntry("state", "unreachable").containsEntry("online", null);
    assertThat(String.valueOf(row().get("state_reason"))).contains("127.71.0.1");
    assertThat(console.serverReport("db1").get("unreachable_since")).isNotNull();
    assertThat(console.serverReport("db1")).containsEntry("host_key_alarm_at", null);
  }

  @Test
  void a_report_of_this_moment_is_not_undone_by_a_probe_that_fails() {
    console.jdbc.sql("update server set ssh_port = 1").update();
    console.jdbc.sql("update instance set state = 'primary', reported_at = now()").update();
    probes.observe(List.of(instance));

    assertThat(row()).containsEntry("state", "primary");
    assertThat(console.serverReport("db1").get("unreachable_since")).isNotNull();
  }

  @Test
  void another_host_key_raises_an_alarm_that_is_on_the_trail_once() {
    console.jdbc.sql("update server set host_keys = array['" + OTHER_KEY + "']").update();
    probes.observe(List.of(instance));
    probes.observe(List.of(instance));

    assertThat(row()).containsEntry("state", "unreachable");
    assertThat(console.serverReport("db1").get("host_key_alarm_at")).isNotNull();
    assertThat(String.valueOf(console.serverReport("db1").get("host_key_seen")))
        .startsWith("SHA256:");
    assertThat(
            console
                .jdbc
                .sql("select count(*) from audit_event where action = 'server.host-key-changed'")
                .query(Long.class)
                .single())
        .isOne();
  }
}
