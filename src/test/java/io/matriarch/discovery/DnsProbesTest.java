package io.matriarch.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.dns.DnsServers;
import io.matriarch.dns.RecordName;
import io.matriarch.dns.RecordType;
import io.matriarch.dns.TestBind;
import io.matriarch.inventory.Fleets;
import io.matriarch.testing.TestDatabase;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a real BIND answers becomes the state of a record. */
class DnsProbesTest {

  @Test
  void every_server_is_asked_and_a_stale_or_silent_one_is_told_apart() throws Exception {
    assumeTrue(TestBind.available(), "BIND (package bind9) is not installed");
    try (TestDatabase database = TestDatabase.fresh();
        TestBind bind = TestBind.start(Files.createTempDirectory("matriarch-bind"));
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      JdbcClient jdbc = database.jdbc();
      context.registerBean(JdbcClient.class, () -> jdbc);
      context.registerBean(Clock.class, Clock::systemUTC);
      context.register(Fleets.class, DnsProbes.class);
      context.refresh();
      DnsProbes probes = context.getBean(DnsProbes.class);
      long id = record(jdbc, bind);

      probes.observeRecords(List.of(id));
      assertThat(state(jdbc)).isEqualTo("right 192.0.2.11 TTL 30 s 1 1");

      bind.cutSecondary();
      new DnsServers(Duration.ofSeconds(2))
          .replace(
              new RecordName("test", "db.test", RecordType.A),
              bind.primary(),
              TestBind.KEY,
              List.of("192.0.2.11"),
              "192.0.2.12",
              Duration.ofSeconds(30),
              Instant.now());
      jdbc.sql("update server set address = '192.0.2.12'").update();
      probes.observeRecords(List.of(id));
      assertThat(state(jdbc)).isEqualTo("stale 192.0.2.12 TTL 30 s 1 2");
      assertThat(detail(jdbc)).isEqualTo(bind.secondary() + " answers 192.0.2.11 from serial 1");

      bind.freezeSecondary();
      probes.observeRecords(List.of(id));
      assertThat(state(jdbc)).startsWith("unreachable 192.0.2.12");
      assertThat(detail(jdbc)).contains(bind.secondary().toString()).contains("no answer");
      bind.wakeSecondary();

      bind.stopPrimary();
      probes.observeRecords(List.of(id));
      assertThat(state(jdbc)).startsWith("unreachable 192.0.2.12");
      assertThat(detail(jdbc)).contains(bind.primary().toString());
    }
  }

  private static long record(JdbcClient jdbc, TestBind bind) {
    jdbc.sql(
            """
            with s as (insert into server (name, address) values ('db1', '192.0.2.11') returning server_id),
                 h as (insert into herd (name) values ('orders') returning herd_id)
            insert into instance (server_id, herd_id, data_directory, port, role, state)
            select server_id, herd_id, '/srv/pg', 5432, 'primary', 'primary' from s, h
            """)
        .update();
    return jdbc.sql(
            """
            insert into dns_record (herd_id, name, type, zone, update_address, update_port, key_name, key_algorithm, servers)
            select herd_id, 'db.test', 'A', 'test', '127.0.0.1', :port, 'update-key', 'hmac-sha256', array[:first, :second]
              from herd returning dns_record_id
            """)
        .param("port", bind.primary().port())
        .param("first", bind.primary().toString())
        .param("second", bind.secondary().toString())
        .query(Long.class)
        .single();
  }

  private static String state(JdbcClient jdbc) {
    return jdbc.sql(
            """
            select concat_ws(' ', e.state, e.leads, e.serves, d.others, d.serial)
              from v_endpoint e, v_dns_record d
            """)
        .query(String.class)
        .single();
  }

  private static String detail(JdbcClient jdbc) {
    return jdbc.sql("select detail from v_endpoint").query(String.class).single();
  }
}
