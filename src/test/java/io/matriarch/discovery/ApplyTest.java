package io.matriarch.discovery;

import static io.matriarch.discovery.Documents.primary;
import static io.matriarch.discovery.Documents.standby;
import static io.matriarch.discovery.Documents.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ApplyTest {

  private static final String ORDERS = "7300000000000000001";
  private static final String STOCK = "7300000000000000002";

  private Console console;

  @BeforeEach
  void open() {
    console = new Console();
    console.server("db1");
    console.server("db2");
  }

  @AfterEach
  void close() throws Exception {
    console.close();
  }

  @Test
  void a_report_fills_server_instance_herd_and_sample() {
    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 3, "2/A0000000")));

    assertThat(console.instance("db1", 5432))
        .containsEntry("role", "primary")
        .containsEntry("state", "primary")
        .containsEntry("online", true)
        .containsEntry("timeline", 3)
        .containsEntry("herd", "db1-5432")
        .containsEntry("freshness", "fresh")
        .containsEntry("size_bytes", 1L << 30)
        .containsEntry("lag_bytes", null);
    assertThat(String.valueOf(console.instance("db1", 5432).get("lsn"))).isEqualTo("2/A0000000");
    assertThat(console.serverReport("db1"))
        .containsEntry("os", "Debian GNU/Linux 12")
        .containsEntry("init", "systemd")
        .containsEntry("interval_seconds", 30);
    assertThat(count("select count(*) from instance_sample")).isOne();
  }

  @Test
  void a_standby_joins_its_herd_finds_its_upstream_and_has_a_lag_with_an_age() {
    console.report(
        Documents.of("db2").with(standby(ORDERS, 5432, 1, "0/3000000", "db1.example.com", 5432)));
    assertThat(console.instance("db2", 5432))
        .containsEntry("lag_bytes", null)
        .containsEntry("lag_kind", "unknown")
        .containsEntry("upstream_id", null);

    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 1, "0/3000400")));

    Map<String, Object> standby = console.instance("db2", 5432);
    assertThat(standby)
        .containsEntry("role", "standby")
        .containsEntry("upstream", "db1")
        .containsEntry("upstream_status", "streaming")
        .containsEntry("lag_bytes", 1024L)
        .containsEntry("lag_kind", "measured")
        .containsEntry("herd_id", console.instance("db1", 5432).get("herd_id"));
    assertThat(standby.get("lag_at")).isNotNull();
  }

  @Test
  void a_standby_ahead_of_an_older_sample_of_its_primary_has_a_negative_lag() {
    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 1, "0/3000000")));
    console.report(Documents.of("db2").with(standby(ORDERS, 5432, 1, "0/3000100", "db1", 5432)));

    assertThat(console.instance("db2", 5432))
        .containsEntry("lag_bytes", -256L)
        .containsEntry("lag_kind", "ahead of an older sample of the primary");
  }

  @Test
  void an_upstream_at_this_very_host_is_found_by_a_socket_directory() {
    console.report(
        Documents.of("db1")
            .with(primary(ORDERS, 5432, 1, "0/3000000"))
            .with(standby(ORDERS, 5433, 1, "0/3000000", "/var/run/postgresql", 5432)));

    assertThat(console.instance("db1", 5433)).containsEntry("upstream", "db1");
  }

  @Test
  void an_upstream_of_another_cluster_on_that_port_is_not_taken_for_it() {
    console.report(Documents.of("db1").with(primary(STOCK, 5432, 1, "0/3000000")));
    console.report(Documents.of("db2").with(standby(ORDERS, 5432, 1, "0/3000000", "db1", 5432)));

    assertThat(console.instance("db2", 5432)).containsEntry("upstream_id", null);
  }

  @Test
  void a_stopped_primary_keeps_its_role_and_its_last_position() {
    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 1, "0/3000000")));
    Object seen = console.jdbc.sql("select lsn_at from instance").query().singleValue();
    console.report(Documents.of("db1").with(stopped(ORDERS, 5432)));

    assertThat(console.instance("db1", 5432))
        .containsEntry("role", "primary")
        .containsEntry("state", "stopped")
        .containsEntry("online", false)
        .containsEntry("connections", 3);
    assertThat(String.valueOf(console.instance("db1", 5432).get("write_lsn")))
        .isEqualTo("0/3000000");
    assertThat(console.jdbc.sql("select lsn_at from instance").query().singleValue())
        .isEqualTo(seen);
    long id = count("select instance_id from instance");
    assertThat(console.fleet().instance(id).orElseThrow().lastTold().observedAt())
        .as("a stop tells no position anew")
        .isEqualTo(((Timestamp) seen).toInstant());
  }

  @Test
  void a_cluster_that_runs_without_answering_is_unreachable_and_not_stopped() {
    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 1, "0/3000000")));
    ObjectNode hung = stopped(ORDERS, 5432);
    hung.put("state", "hung").put("error", "no answer within 5 s").putNull("controlState");
    console.report(Documents.of("db1").with(hung));

    assertThat(console.instance("db1", 5432))
        .containsEntry("role", "primary")
        .containsEntry("state", "unreachable")
        .containsEntry("online", null)
        .containsEntry("state_reason", "hung: no answer within 5 s");
  }

  @Test
  void a_cluster_that_never_ran_has_the_role_that_its_files_show() {
    ObjectNode standby = stopped(STOCK, 5433);
    standby.put("controlState", "shut down in recovery").put("standbySignal", true);
    console.report(Documents.of("db1").with(stopped(ORDERS, 5432)).with(standby));

    assertThat(console.instance("db1", 5432)).containsEntry("role", "primary");
    assertThat(console.instance("db1", 5433)).containsEntry("role", "standby");
  }

  @Test
  void what_a_report_no_longer_lists_is_missing_and_nothing_is_claimed_of_it() {
    console.report(
        Documents.of("db1")
            .with(primary(ORDERS, 5432, 1, "0/3000000"))
            .with(primary(STOCK, 5433, 1, "0/3000000")));
    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 1, "0/3000000")));

    assertThat(console.instance("db1", 5433))
        .containsEntry("state", "unreachable")
        .containsEntry("online", null)
        .containsEntry("role", "primary");
    assertThat(console.instance("db1", 5433).get("missing_since")).isNotNull();
    assertThat(console.instance("db1", 5432)).containsEntry("missing_since", null);

    console.report(
        Documents.of("db1")
            .with(primary(ORDERS, 5432, 1, "0/3000000"))
            .with(primary(STOCK, 5433, 1, "0/3000000")));
    assertThat(console.instance("db1", 5433))
        .containsEntry("missing_since", null)
        .containsEntry("state", "primary");
  }

  @Test
  void of_two_clusters_on_one_port_the_running_one_has_it() {
    ObjectNode other = stopped(STOCK, 5432);
    other.put("dataDirectory", "/srv/pg/old");
    console.report(Documents.of("db1").with(other).with(primary(ORDERS, 5432, 1, "0/3000000")));

    assertThat(console.instance("db1", 5432)).containsEntry("port", 5432);
    assertThat(
            console
                .jdbc
                .sql("select port from instance where data_directory = '/srv/pg/old'")
                .query()
                .singleRow())
        .containsEntry("port", null);
    assertThat(count("select count(*) from instance where configured_port = 5432")).isEqualTo(2);
  }

  @Test
  void two_clusters_may_swap_their_ports() {
    ObjectNode a = primary(ORDERS, 5432, 1, "0/3000000");
    ObjectNode b = primary(STOCK, 5433, 1, "0/3000000");
    console.report(Documents.of("db1").with(a.deepCopy()).with(b.deepCopy()));
    Documents swapped = Documents.of("db1");
    a.remove("observedAt");
    b.remove("observedAt");
    console.report(swapped.with(a.put("port", 5433)).with(b.put("port", 5432)));

    assertThat(console.instance("db1", 5432)).containsEntry("port", 5433);
    assertThat(console.instance("db1", 5433)).containsEntry("port", 5432);
  }

  @Test
  void a_late_report_does_not_undo_a_newer_probe() {
    Instant now = Instant.now();
    long server = console.server("db3");
    console.report(
        Documents.at("db3", now.minusSeconds(60)).with(primary(ORDERS, 5432, 1, "0/3000000")));
    ObjectNode promoted = stopped(ORDERS, 5432).put("observedAt", now.toString());
    console.ledger.apply(
        List.of(Look.probe(server, now, List.of(Facts.read(promoted, now)), true)));

    console.report(
        Documents.at("db3", now.minusSeconds(20)).with(primary(ORDERS, 5432, 1, "0/3000100")));
    assertThat(console.instance("db3", 5432)).containsEntry("state", "stopped");
    assertThat(console.serverReport("db3").get("late_sent_at")).isNotNull();

    console.report(
        Documents.at("db3", now.plusSeconds(1)).with(primary(ORDERS, 5432, 1, "0/3000200")));
    assertThat(console.instance("db3", 5432)).containsEntry("state", "primary");
    assertThat(console.serverReport("db3")).containsEntry("late_sent_at", null);
  }

  @Test
  void a_clock_that_was_set_back_by_much_is_believed_at_once() {
    Instant now = Instant.now();
    console.report(
        Documents.at("db1", now.plus(Duration.ofHours(1)))
            .with(primary(ORDERS, 5432, 1, "0/3000000")));
    console.report(Documents.at("db1", now).with(stopped(ORDERS, 5432)));

    assertThat(console.instance("db1", 5432)).containsEntry("state", "stopped");

    console.report(
        Documents.at("db1", now.minus(Duration.ofHours(2)))
            .with(primary(ORDERS, 5432, 1, "0/3000000")));
    assertThat(console.instance("db1", 5432)).containsEntry("state", "primary");
  }

  @Test
  void a_clock_that_was_set_back_by_little_is_believed_with_the_second_report() {
    Instant now = Instant.now();
    console.report(Documents.at("db1", now).with(primary(ORDERS, 5432, 1, "0/3000000")));
    console.report(Documents.at("db1", now.minusSeconds(120)).with(stopped(ORDERS, 5432)));
    assertThat(console.instance("db1", 5432)).containsEntry("state", "primary");

    console.report(Documents.at("db1", now.minusSeconds(90)).with(stopped(ORDERS, 5432)));
    assertThat(console.instance("db1", 5432)).containsEntry("state", "stopped");
  }

  @Test
  void a_primary_report_moves_the_lag_of_all_standbys() {
    console.server("db3");
    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 1, "0/3000000")));
    for (String server : List.of("db2", "db3")) {
      console.report(Documents.of(server).with(standby(ORDERS, 5432, 1, "0/3000000", "db1", 5432)));
      assertThat(console.instance(server, 5432)).containsEntry("lag_bytes", 0L);
    }
    console.report(Documents.of("db1").with(primary(ORDERS, 5432, 1, "0/3000010")));
    for (String server : List.of("db2", "db3")) {
      assertThat(console.instance(server, 5432)).containsEntry("lag_bytes", 16L);
    }
  }

  @Test
  void reports_of_a_thousand_servers_are_applied() {
    console
        .jdbc
        .sql(
            """
            insert into server (name, address, agent_token_hash)
            select 's' || n, 's' || n || '.example.com',
                   encode(sha256(cast('token of s' || n as bytea)), 'hex') from generate_series(1, 1000) n
            """)
        .update();
    for (int n = 1; n <= 1000; n++) {
      String identifier = "73000000000000" + (10_000 + (n - 1) / 2);
      console.send(
          Documents.of("s" + n)
              .with(
                  n % 2 == 1
                      ? primary(identifier, 5432, 1, "0/3000100")
                      : standby(identifier, 5432, 1, "0/3000000", "s" + (n - 1), 5432)));
    }

    assertThat(console.inbox.drain()).isEqualTo(1000);
    assertThat(count("select count(*) from instance")).isEqualTo(1000);
    assertThat(count("select count(*) from herd")).isEqualTo(500);
    assertThat(count("select count(*) from instance where lag_bytes = 256")).isEqualTo(500);
    assertThat(count("select count(*) from instance where upstream_id is not null")).isEqualTo(500);
    assertThat(console.inbox.drain()).isZero();
  }

  private long count(String sql) {
    return console.jdbc.sql(sql).query(Long.class).single();
  }
}
