package io.matriarch.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.audit.TestAudit;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.MonitorLogins;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.TestCluster;
import io.matriarch.remote.Host;
import io.matriarch.remote.SshIdentity;
import io.matriarch.remote.TestShell;
import io.matriarch.security.Seals;
import io.matriarch.security.Secret;
import io.matriarch.testing.TestAuthority;
import java.nio.file.Files;
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
      context.registerBean(Seals.class, () -> new Seals(console.jdbc, directory));
      context.register(Fleets.class, MonitorLogins.class);
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
              new Fences(console.jdbc, console.ledger),
              new Expecting(console.jdbc, console.ledger),
              context.getBean(MonitorLogins.class),
              new SqlLooks(context.getBean(MonitorLogins.class), console.jdbc),
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

  private void monitored(String password, String root) {
    Seals seals = new Seals(console.jdbc, directory);
    long herd = console.jdbc.sql("select herd_id from herd").query(Long.class).single();
    console
        .jdbc
        .sql(
            """
            insert into monitor_login (herd_id, login, root_certificate, sealed_password)
            values (:herd, 'monitor', :root, :sealed)
            on conflict (herd_id) do update set sealed_password = excluded.sealed_password
            """)
        .param("herd", herd)
        .param("root", root)
        .param(
            "sealed",
            seals.seal(Secret.of(password), "monitor_login", herd, "sealed_password").text())
        .update();
  }

  private Map<String, Object> look() {
    return console.jdbc.sql("select * from monitor_look").query().singleRow();
  }

  @Test
  void a_herd_with_a_monitor_login_is_read_by_sql_and_over_ssh_where_that_fails() throws Exception {
    TestAuthority authority = new TestAuthority();
    cluster.listen("127.71.0.1", authority.issue("127.71.0.1"), directory);
    cluster.sql("create role monitor login superuser password 'right'");
    String root = Files.readString(authority.file(directory));
    monitored("right", root);
    List<String> keys = sshd.host().pinnedKeys();
    console.jdbc.sql("update server set host_keys = '{}', ssh_port = 1").update();

    probes.observe(List.of(instance));
    assertThat(row()).containsEntry("state", "primary").containsEntry("timeline", 1);
    assertThat(row()).as("nobody looked at it").containsEntry("unit", "kept.service");
    assertThat(look()).containsEntry("rights", "SUPERUSER").containsEntry("trouble", null);

    monitored("wrong", root);
    probes.observe(List.of(instance));
    assertThat(row()).containsEntry("state", "unreachable").containsEntry("online", null);
    assertThat((String) row().get("state_reason")).contains("password authentication failed");
    assertThat(look()).containsEntry("rights", null);

    console
        .jdbc
        .sql("update server set host_keys = :keys, ssh_port = :port")
        .param("keys", keys.toArray(String[]::new))
        .param("port", sshd.host().port())
        .update();
    probes.observe(List.of(instance));
    assertThat(row()).as("over SSH").containsEntry("state", "primary");
    assertThat((String) look().get("trouble")).contains("password authentication failed");

    monitored("right", root);
    cluster.stop("fast");
    probes.observe(List.of(instance));
    assertThat(row())
        .as("proven by state")
        .containsEntry("state", "stopped")
        .containsEntry("control_state", "shut down");

    console.jdbc.sql("update server set kind = 'RDS'").update();
    probes.observe(List.of(instance));
    assertThat(row()).containsEntry("state", "unreachable").containsEntry("online", null);
    assertThat((String) row().get("state_reason")).contains("Asking monitor at 127.71.0.1");
  }

  @Test
  void another_cluster_behind_the_address_and_a_moved_password_are_not_believed() throws Exception {
    TestAuthority authority = new TestAuthority();
    cluster.listen("127.71.0.1", authority.issue("127.71.0.1"), directory);
    cluster.sql("create role monitor login in role pg_monitor password 'right'");
    monitored("right", Files.readString(authority.file(directory)));
    console.jdbc.sql("update herd set system_identifier = '42'").update();
    console.jdbc.sql("update server set kind = 'RDS'").update();

    probes.observe(List.of(instance));
    assertThat((String) row().get("state_reason")).contains("another cluster").contains("not 42");

    String elsewhere =
        new Seals(console.jdbc, directory)
            .seal(Secret.of("right"), "monitor_login", 4711, "sealed_password")
            .text();
    console
        .jdbc
        .sql("update monitor_login set sealed_password = :moved")
        .param("moved", elsewhere)
        .update();
    probes.observe(List.of(instance));
    assertThat((String) row().get("state_reason")).contains("altered, or belongs elsewhere");
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
