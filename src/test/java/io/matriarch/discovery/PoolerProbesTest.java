package io.matriarch.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.inventory.Fleets;
import io.matriarch.pool.LocalCommand;
import io.matriarch.pool.PgBouncer;
import io.matriarch.pool.TestPooler;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Host;
import io.matriarch.remote.OutputSink;
import io.matriarch.remote.RemoteSession;
import io.matriarch.remote.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a real PgBouncer says becomes the inventory, and what is wrong becomes a problem. */
class PoolerProbesTest {

  private Console console;
  private TestPooler pgbouncer;
  private PoolerProbes probes;
  private long pooler;

  @BeforeEach
  void open() throws Exception {
    console = new Console();
    pgbouncer =
        TestPooler.start(
            "[databases]\napp = host=192.0.2.1 port=5432\nalias = host=192.0.2.1 port=5432 dbname=app\n");
    try (var context = new AnnotationConfigApplicationContext()) {
      context.registerBean(JdbcClient.class, () -> console.jdbc);
      context.registerBean(Clock.class, Clock::systemUTC);
      context.register(Fleets.class);
      context.refresh();
      probes = new PoolerProbes(context.getBean(Fleets.class), new Here(), console.jdbc);
    }
    pooler = registered(pgbouncer.at());
  }

  @AfterEach
  void close() throws Exception {
    pgbouncer.close();
    console.close();
  }

  /** This machine, without SSH. */
  private static final class Here implements Shell {
    @Override
    public CommandResult run(Host host, Command command, OutputSink sink)
        throws InterruptedException {
      try {
        LocalCommand.Output output = TestPooler.output(new LocalCommand(command.arguments(), ""));
        return new CommandResult(
            output.exit(), Duration.ZERO, output.stdout(), output.stderr(), false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public RemoteSession open(Host host, Command command) {
      throw new UnsupportedOperationException();
    }
  }

  private long registered(PgBouncer at) {
    run("insert into herd (name, named_from) values ('orders', 'primary')");
    run(
        """
        insert into server (name, address, ssh_user) values
          ('db1', '192.0.2.1', :owner), ('db2', '192.0.2.2', :owner), ('app1', 'app1', :owner)
        """
            .replace(":owner", "'" + at.owner() + "'"));
    run(
        """
        insert into instance (server_id, herd_id, data_directory, port, role, state, online, timeline, reported_at)
        select server_id, herd_id, '/srv/a', 5432, case s.name when 'db1' then 'primary' else 'standby' end,
               case s.name when 'db1' then 'primary' else 'standby' end, true, 3, now()
          from server s, herd where s.name like 'db%'
        """);
    return console
        .jdbc
        .sql(
            """
            insert into pooler (herd_id, server_id, name, socket_directory, port, owner, databases_file, template, databases)
            select herd_id, server_id, 'main', :socket, :port, :owner, :file, '[databases]', array['app', 'alias']
              from herd, server where server.name = 'app1' returning pooler_id
            """)
        .param("socket", at.host())
        .param("port", at.port())
        .param("owner", at.owner())
        .param("file", at.databasesFile())
        .query(Long.class)
        .single();
  }

  private void run(String sql) {
    console.jdbc.sql(sql).update();
  }

  private Map<String, Object> row() {
    return console.jdbc.sql("select * from v_pooler").query().singleRow();
  }

  private Map<String, Object> endpoint() {
    return console.jdbc.sql("select * from v_endpoint").query().singleRow();
  }

  private List<String> problems() {
    return console
        .jdbc
        .sql("select kind || ': ' || detail from v_pooler_problem order by 1")
        .query(String.class)
        .list();
  }

  @Test
  void what_leads_to_a_stopped_primary_is_not_in_place() {
    probes.observePoolers(List.of(pooler));
    assertThat(endpoint()).containsEntry("state", "right");

    run("update instance set state = 'stopped', online = false where role = 'primary'");

    assertThat(endpoint()).containsEntry("state", "stopped").containsEntry("leads_server", "db1");
  }

  @Test
  void where_it_leads_is_seen_and_drift_names_both() {
    probes.observePoolers(List.of(pooler));

    assertThat(row())
        .containsEntry("state", "right")
        .containsEntry("leads_server", "db1")
        .containsEntry("observed_pool_mode", "transaction")
        .containsEntry("query_wait_timeout", 77)
        .containsEntry("observed_clients", 0)
        .containsEntry("observed_error", null);
    assertThat(row().get("observed_version")).asString().startsWith("1.");
    assertThat(problems()).isEmpty();

    run("update instance set role = 'standby', state = 'standby'");
    run(
        "update instance set role = 'primary', state = 'primary' where server_id = (select server_id from server where name = 'db2')");
    assertThat(row()).containsEntry("state", "drift");
    assertThat(problems())
        .containsExactly(
            "pooler-drift: pooler main on app1 leads to 192.0.2.1:5432 (db1), and the primary is 192.0.2.2:5432 (db2)");
  }

  @Test
  void a_pause_that_no_run_holds_is_a_problem_and_so_is_silence() throws Exception {
    pgbouncer.admin("PAUSE app");
    probes.observePoolers(List.of(pooler));
    assertThat(row()).containsEntry("state", "paused");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("pooler-paused: pooler main on app1 is paused since ")
        .contains("no run of ours holds it");

    pgbouncer.admin("RESUME app");
    probes.observePoolers(List.of(pooler));
    assertThat(row()).containsEntry("paused_since", null);
    assertThat(problems()).isEmpty();

    Object before = row().get("observed_at");
    pgbouncer.kill();
    probes.observePoolers(List.of(pooler));
    assertThat(row())
        .containsEntry("state", "unreachable")
        .containsEntry("leads_server", "db1")
        .containsEntry("observed_at", before);
    assertThat(problems()).singleElement().asString().startsWith("pooler-unreachable: ");
  }
}
