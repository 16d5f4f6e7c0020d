package io.matriarch.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Origin;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Seals;
import io.matriarch.security.Secret;
import io.matriarch.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

class DnsRecordsTest {

  private static final Set<String> ALL = Set.of("zone", "ttl", "updateServer", "secret");
  private static final Actor DBA = new Actor("doris", Role.DBA, Origin.API, null);
  private static final Actor OPERATOR = new Actor("otto", Role.OPERATOR, Origin.API, null);
  private static final String SECRET = "bWF0cmlhcmNoLXRlc3Qta2V5LW5vdC1hLXNlY3JldA==";

  private static TestDatabase database;
  private static AnnotationConfigApplicationContext context;
  private static JdbcClient jdbc;
  private static DnsRecords records;
  private static long herd;
  private static int number;

  @BeforeAll
  static void open(@TempDir Path directory) {
    database = TestDatabase.fresh();
    jdbc = database.jdbc();
    context = new AnnotationConfigApplicationContext();
    context.registerBean(JdbcClient.class, () -> jdbc);
    context.registerBean(Clock.class, Clock::systemUTC);
    context.registerBean(PlatformTransactionManager.class, database::transactions);
    context.registerBean(Seals.class, () -> new Seals(jdbc, directory));
    context.register(Audit.class, Access.class, Edits.class, DnsRecords.class, Fleets.class);
    context.refresh();
    records = context.getBean(DnsRecords.class);
    herd =
        jdbc.sql("insert into herd (name) values ('orders') returning herd_id")
            .query(Long.class)
            .single();
    instance("db1", "192.0.2.11", "primary");
    instance("db2", "192.0.2.12", "standby");
  }

  @AfterAll
  static void close() throws Exception {
    context.close();
    database.close();
  }

  private static void instance(String server, String address, String role) {
    long id =
        jdbc.sql("insert into server (name, address) values (:n, :a) returning server_id")
            .param("n", server)
            .param("a", address)
            .query(Long.class)
            .single();
    jdbc.sql(
            """
            insert into instance (server_id, herd_id, data_directory, port, role, state)
            values (:server, :herd, '/srv/pg', 5432, :role, :role)
            """)
        .param("server", id)
        .param("herd", herd)
        .param("role", role)
        .update();
  }

  private static <T> T as(Actor actor, Supplier<T> edit) {
    return Access.<T, RuntimeException>as(actor, edit::get);
  }

  private static DnsRecordDraft draft(String name, String type, @Nullable String secret) {
    return new DnsRecordDraft(
        name,
        herd,
        "example.com",
        type,
        30,
        "192.0.2.53",
        "update",
        "hmac-sha256",
        List.of("192.0.2.53", "192.0.2.54"),
        secret == null ? null : Secret.of(secret));
  }

  private static String fresh() {
    return "db" + ++number + ".example.com";
  }

  private static long made(DnsRecordDraft draft) {
    return as(DBA, () -> records.create(draft, ALL)).id();
  }

  @Test
  void a_record_is_kept_with_its_secret_sealed_and_unreadable() {
    String name = fresh();
    long id = made(draft(name, "A", SECRET));
    assertThat(records.key(id).orElseThrow().secret()).isEqualTo(SECRET);
    assertThat(records.find(id).orElseThrow().content()).isEqualTo(draft(name, "A", null));
    String stored =
        jdbc.sql(
                "select r::text || (select string_agg(a::text, '') from audit_event a) from dns_record r where dns_record_id = :id")
            .param("id", id)
            .query(String.class)
            .single();
    assertThat(stored).contains(name).doesNotContain(SECRET);
    assertThat(draft(name, "A", SECRET).toString()).doesNotContain(SECRET);
  }

  @Test
  void making_it_twice_makes_it_once_and_other_content_is_refused() {
    String name = fresh();
    long id = made(draft(name, "A", SECRET));
    Creation again = as(DBA, () -> records.create(draft(name + ".", "A", SECRET), ALL));
    assertThat(again.isNew()).isFalse();
    assertThat(again.id()).isEqualTo(id);
    assertThatThrownBy(() -> made(draft(name, "A", "b3RoZXI=")))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("***")
        .message()
        .doesNotContain("b3RoZXI=");
    assertThat(made(draft(name, "AAAA", SECRET))).isNotEqualTo(id);
  }

  @Test
  void a_change_without_a_secret_keeps_the_one_that_is_stored() {
    long id = made(draft(fresh(), "A", SECRET));
    Versioned<DnsRecordDraft> read = records.find(id).orElseThrow();
    DnsRecordDraft longer =
        new DnsRecordDraft(
            read.content().name(),
            herd,
            "example.com",
            "A",
            60,
            "192.0.2.53:5353",
            "update",
            "hmac-sha512",
            List.of(),
            null);
    run(() -> records.update(id, read.version(), longer));
    assertThat(records.find(id).orElseThrow().content()).isEqualTo(longer);
    assertThat(records.key(id).orElseThrow().secret()).isEqualTo(SECRET);
    assertThatThrownBy(() -> run(() -> records.update(id, read.version(), longer)))
        .isInstanceOf(LostUpdate.class);
    assertThatThrownBy(
            () -> run(() -> records.update(id, read.version() + 1, draft(fresh(), "A", null))))
        .hasMessageContaining("cannot be changed");
    run(() -> records.delete(id, read.version() + 1));
    assertThat(records.find(id)).isEmpty();
  }

  private static void run(Runnable edit) {
    as(
        DBA,
        () -> {
          edit.run();
          return true;
        });
  }

  @Test
  void an_operator_may_not() {
    assertThatThrownBy(() -> as(OPERATOR, () -> records.create(draft(fresh(), "A", SECRET), ALL)))
        .isInstanceOf(AccessRefused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "db.example.org, A, 30, 192.0.2.53, hmac-sha256, name",
    "db.example.com, MX, 30, 192.0.2.53, hmac-sha256, type",
    "db.example.com, A, 0, 192.0.2.53, hmac-sha256, ttl",
    "db.example.com, A, 30, a b, hmac-sha256, updateServer",
    "db.example.com, A, 30, 192.0.2.53, hmac-md5, keyAlgorithm",
    "example.com, CNAME, 30, 192.0.2.53, hmac-sha256, name"
  })
  void what_cannot_be_is_refused_by_field(
      String name, String type, int ttl, String server, String algorithm, String field) {
    assertThatThrownBy(
            () ->
                new DnsRecordDraft(
                    name, herd, "example.com", type, ttl, server, "k", algorithm, List.of(), null))
        .isInstanceOfSatisfying(InvalidField.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private static String state(long id) {
    return jdbc.sql("select state from v_dns_record where dns_record_id = :id")
        .param("id", id)
        .query(String.class)
        .single();
  }

  private static void answer(long id, String server, boolean updates, String value) {
    jdbc.sql(
            """
            insert into dns_answer (dns_record_id, server, updates, answered_at, answers, serial)
            values (:id, :server, :updates, now(), array[:value], 7)
            on conflict (dns_record_id, server) do update set answers = excluded.answers
            """)
        .param("id", id)
        .param("server", server)
        .param("updates", updates)
        .param("value", value)
        .update();
    jdbc.sql(
            "update dns_record set tried_at = now(), observed_at = now() where dns_record_id = :id")
        .param("id", id)
        .update();
  }

  private static List<String> problems(long id) {
    return jdbc.sql("select kind || ': ' || detail from v_problem_now where key like :key")
        .param("key", "dns-% " + id + "%")
        .query(String.class)
        .list();
  }

  @Test
  void where_it_leads_is_compared_with_the_primary_and_each_server_with_the_first() {
    long id = made(draft(fresh(), "A", SECRET));
    assertThat(state(id)).isEqualTo("unseen");
    answer(id, "192.0.2.53", true, "192.0.2.11");
    assertThat(state(id)).isEqualTo("right");
    answer(id, "192.0.2.54", false, "192.0.2.12");
    assertThat(state(id)).isEqualTo("stale");
    assertThat(problems(id))
        .singleElement()
        .asString()
        .contains("dns-stale: 192.0.2.54 answers 192.0.2.12")
        .contains("from serial 7");
    answer(id, "192.0.2.53", true, "192.0.2.12");
    assertThat(state(id)).isEqualTo("drift");
    assertThat(problems(id))
        .singleElement()
        .asString()
        .contains("leads to 192.0.2.12 (db2), and the primary is 192.0.2.11 (db1)");
    assertThat(
            jdbc.sql(
                    "select state || ' ' || leads || ' ' || leads_server || ' ' || expected from v_endpoint where endpoint_id = :id")
                .param("id", id * 2 + 1)
                .query(String.class)
                .single())
        .isEqualTo("drift 192.0.2.12 db2 192.0.2.11");
  }

  @ParameterizedTest
  @CsvSource({
    "A, db1, 192.0.2.11, 192.0.2.11",
    "A, db1, 2001:db8::1, ",
    "A, db1, db1.example.com, ",
    "AAAA, db1, 2001:db8:0::1, 2001:db8:0:0:0:0:0:1",
    "AAAA, db1, 192.0.2.11, ",
    "CNAME, db1, 192.0.2.11, db1.example.com",
    "CNAME, DB1.other.org, 192.0.2.11, db1.other.org",
    "CNAME, db1, Node1.other.org, node1.other.org",
    "CNAME, db1, 2001:db8::1, db1.example.com"
  })
  void sql_and_java_agree_on_what_a_record_should_say(
      String type, String server, String address, @Nullable String expected) {
    io.matriarch.dns.RecordType kind = io.matriarch.dns.RecordType.valueOf(type);
    String sql =
        jdbc.sql("select dns_value(:type, 'example.com', :server, :address)")
            .param("type", type)
            .param("server", server)
            .param("address", address)
            .query(String.class)
            .optional()
            .flatMap(kind::canonical)
            .orElse(null);
    DnsRecord record =
        new DnsRecord(
            1,
            1,
            new io.matriarch.dns.RecordName("example.com", "w.example.com", kind),
            30,
            new io.matriarch.dns.NameServer("192.0.2.53", 53),
            "k",
            "hmac-sha256",
            List.of(),
            DnsSeen.NEVER);
    Server there =
        new Server(
            1,
            server,
            Server.Kind.SSH,
            null,
            null,
            address,
            22,
            "root",
            List.of(),
            List.of(),
            null,
            null,
            null);
    assertThat(record.valueFor(there).orElse(null)).isEqualTo(expected);
    assertThat(sql).isEqualTo(expected);
  }

  @Test
  void a_herd_brings_its_records_along() {
    long id = made(draft(fresh(), "A", SECRET));
    Fleet fleet = context.getBean(Fleets.class).load(List.of(), List.of(herd), List.of());
    assertThat(fleet.dnsRecordsOf(herd)).extracting(DnsRecord::id).contains(id);
    assertThat(fleet.hooks()).isEqualTo(io.matriarch.hook.HookFiles.NONE);
  }
}
