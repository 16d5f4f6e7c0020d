package io.matriarch.discovery;

import static io.matriarch.discovery.Documents.primary;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.audit.Origin;
import io.matriarch.audit.TestAudit;
import io.matriarch.database.DatabaseLogin;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.TestAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The doors that agents use, as the logins that agents have. */
class DoorTest {

  private static final String ORDERS = "7300000000000000001";

  private final String prefix = "a" + UUID.randomUUID().toString().substring(0, 8);
  private Console console;
  private Reports reports;

  @BeforeEach
  void open() {
    console = new Console();
    console.server("db1");
    console.server("db2");
    reports = new Reports(console.jdbc);
  }

  @AfterEach
  void close() throws Exception {
    JdbcClient superuser = client(console.database.superuserLogin());
    for (String role :
        superuser
            .sql("select rolname from pg_roles where rolname like :p")
            .param("p", prefix + "%")
            .query(String.class)
            .list()) {
      superuser.sql("drop role " + role).update();
    }
    console.close();
  }

  private static JdbcClient client(DatabaseLogin login) {
    return JdbcClient.create(
        new DriverManagerDataSource(login.url(), login.user(), login.password()));
  }

  /** A login of its own, as an administrator makes one for agents. */
  private JdbcClient agent(String name) {
    String login = prefix + name;
    client(console.database.superuserLogin())
        .sql("create role %s login password 'x' in role matriarch_agent".formatted(login))
        .update();
    return client(new DatabaseLogin(console.database.appLogin().url(), login, "x"));
  }

  private static JsonNode send(JdbcClient agent, String json) {
    return Reporting.JSON.readTree(
        agent
            .sql("select matriarch.report(cast(:document as jsonb))")
            .param("document", json)
            .query(String.class)
            .single());
  }

  private static boolean accepted(JsonNode answer) {
    return answer.path("accepted").asBoolean(false);
  }

  private static Documents of(String server) {
    return Documents.of(server).with(primary(ORDERS, 5432, 1, "0/3000000"));
  }

  private long denied() {
    return console
        .jdbc
        .sql(
            "select count(*) from audit_event where action = 'agent.report' and outcome = 'DENIED'")
        .query(Long.class)
        .single();
  }

  @Test
  void a_login_of_one_server_needs_no_token_and_is_told_the_interval() {
    JsonNode answer = send(agent("one"), of("db1").json());

    assertThat(accepted(answer)).isTrue();
    assertThat(answer.path("interval").asInt()).isEqualTo(30);
    assertThat(console.inbox.drain()).isOne();
    assertThat(console.instance("db1", 5432)).containsEntry("state", "primary");
  }

  @Test
  void an_administrator_releases_a_login_and_the_next_one_that_reports_is_bound() {
    JdbcClient old = agent("old");
    JdbcClient fresh = agent("new");
    send(old, of("db1").json());
    assertThat(accepted(send(fresh, of("db1").json()))).isFalse();
    AgentLogins logins =
        new AgentLogins(
            console.jdbc,
            console.database.transactions(),
            TestAccess.over(console.database),
            TestAudit.over(console.database),
            console.ledger);
    long server =
        console
            .jdbc
            .sql("select server_id from server where name = 'db1'")
            .query(Long.class)
            .single();

    assertThatThrownBy(() -> Access.as(person(Role.DBA), () -> logins.release(server)))
        .isInstanceOf(AccessRefused.class);
    Access.as(person(Role.ADMIN), () -> logins.release(server));

    assertThat(logins.of(server)).isEmpty();
    assertThat(accepted(send(fresh, of("db1").json()))).isTrue();
    assertThat(logins.of(server).orElseThrow().login()).isEqualTo(prefix + "new");
    assertThat(accepted(send(old, of("db1").json()))).isFalse();
    assertThat(
            console
                .jdbc
                .sql(
                    "select outcome || ' ' || actor || ' ' || target || ' ' || (detail ->> 'login') from audit_event where action = 'server.release-agent-login' and outcome in ('DENIED', 'INTENT') order by id")
                .query(String.class)
                .list())
        .endsWith("INTENT ada db1 " + prefix + "old");
  }

  @Test
  void a_login_that_is_not_bound_cannot_be_released() {
    AgentLogins logins =
        new AgentLogins(
            console.jdbc,
            console.database.transactions(),
            TestAccess.over(console.database),
            TestAudit.over(console.database),
            console.ledger);
    assertThatThrownBy(() -> Access.as(person(Role.ADMIN), () -> logins.release(-1)))
        .hasMessageContaining("no server -1");
    long server =
        console
            .jdbc
            .sql("select server_id from server where name = 'db1'")
            .query(Long.class)
            .single();
    assertThatThrownBy(() -> Access.as(person(Role.ADMIN), () -> logins.release(server)))
        .hasMessageContaining("none is bound");
  }

  private static Actor person(Role role) {
    return new Actor("ada", role, Origin.SCREEN, null);
  }

  @Test
  void an_agent_may_do_nothing_but_report() {
    JdbcClient agent = agent("one");
    for (String sql :
        List.of(
            "select * from matriarch.server",
            "select * from matriarch.agent_report",
            "select matriarch.report_from('{}', 'x', 'y')",
            "select matriarch.sender_fault(null, 'x', 'y')",
            "select matriarch.prune_samples()",
            "create table public.x (y int)",
            "create temp table x (y int)")) {
      assertThatThrownBy(() -> agent.sql(sql).query().listOfRows(), sql)
          .isInstanceOf(DataAccessException.class)
          .rootCause()
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void a_report_about_another_server_is_refused_audited_and_shown() {
    JdbcClient one = agent("one");
    send(one, of("db1").json());
    JsonNode answer = send(one, of("db2").json());

    assertThat(accepted(answer)).isFalse();
    assertThat(answer.path("reason").asString()).contains("another server");
    assertThat(denied()).isOne();
    assertThat(String.valueOf(console.serverReport("db2").get("refused_reason")))
        .contains("another server");

    send(one, of("db2").json());
    assertThat(denied()).as("the same refusal again within the hour").isOne();
  }

  @Test
  void a_server_that_reports_through_one_login_is_not_taken_over_by_another() {
    send(agent("one"), of("db1").json());

    assertThat(send(agent("two"), of("db1").json()).path("reason").asString())
        .contains("through another login");
  }

  @Test
  void a_shared_login_needs_the_token_of_each_server_from_the_second_on() {
    JdbcClient shared = agent("shared");
    assertThat(accepted(send(shared, of("db1").json()))).isTrue();
    assertThat(accepted(send(shared, of("db2").json()))).isFalse();
    assertThat(accepted(send(shared, of("db2").token("token of db1").json()))).isFalse();
    assertThat(accepted(send(shared, of("db2").token("token of db2").json()))).isTrue();

    assertThat(accepted(send(shared, of("db1").json())))
        .as("now that the login is shared, its first server must show its token as well")
        .isFalse();
    assertThat(accepted(send(shared, of("db1").token("token of db1").json()))).isTrue();
  }

  @Test
  void a_wrong_token_is_refused_also_from_a_login_of_its_own() {
    JdbcClient one = agent("one");
    send(one, of("db1").json());

    assertThat(send(one, of("db1").token("guess").json()).path("reason").asString())
        .contains("token");
  }

  @Test
  void a_server_nobody_added_is_refused_with_what_to_do() {
    JsonNode answer = send(agent("one"), of("db9").json());

    assertThat(answer.path("reason").asString()).contains("db9").contains("Add server");
    assertThat(denied()).isOne();
  }

  @Test
  void a_token_is_never_kept() {
    console.send(of("db1"));

    assertThat(console.jdbc.sql("select document from agent_report").query(String.class).single())
        .doesNotContain("token of db1");
  }

  @Test
  void an_accepted_report_ends_a_refusal() {
    JdbcClient one = agent("one");
    send(one, "{\"format\":2,\"server\":\"db1\",\"instances\":[]}");
    assertThat(String.valueOf(console.serverReport("db1").get("refused_reason")))
        .contains("format");
    console.report(of("db1"));

    assertThat(console.serverReport("db1")).containsEntry("refused_at", null);
  }

  @Test
  void the_https_door_asks_for_the_token_of_the_server_that_is_named() {
    assertThat(reports.accept("token of db1", of("db1").json(), "192.0.2.7"))
        .isEqualTo(new Reports.Answer(true, 30, null));
    assertThat(reports.accept("token of db1", of("db2").json(), "192.0.2.7").accepted()).isFalse();
    assertThat(reports.accept(null, of("db1").json(), "192.0.2.7").accepted()).isFalse();
    assertThat(reports.accept(null, of("db1").token("token of db1").json(), null).accepted())
        .as("a token in the document is no substitute for the header")
        .isFalse();
    assertThat(
            console
                .jdbc
                .sql(
                    "select distinct address from audit_event where outcome = 'DENIED' and address is not null")
                .query(String.class)
                .list())
        .containsExactly("192.0.2.7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "3",
        "{",
        "\"text\"",
        "{\"server\":\"db1\\u0000\"}",
        "{\"server\":\"db1\",\"server\":\"db2\"}",
      })
  void what_is_no_document_is_refused_over_https(String body) {
    assertThat(reports.accept("token of db1", body, null).accepted()).isFalse();
    assertThat(denied()).isOne();
  }

  @Test
  void deep_and_large_bodies_are_refused_over_https() {
    assertThat(reports.accept("token of db1", "[".repeat(5000), null).accepted()).isFalse();
    assertThat(reports.accept("token of db1", "\"" + "x".repeat(2_000_000) + "\"", null).accepted())
        .isFalse();
  }

  private static ObjectNode hostile(java.util.function.Consumer<ObjectNode> change) {
    ObjectNode document = of("db1").node();
    change.accept(document);
    return document;
  }

  private static ObjectNode instance(ObjectNode document) {
    return (ObjectNode) document.path("instances").path(0);
  }

  static Stream<ObjectNode> hostileDocuments() {
    String novel = "x".repeat(10_000);
    return Stream.of(
        hostile(d -> d.put("server", "")),
        hostile(d -> d.put("server", novel)),
        hostile(d -> d.put("server", "db1\u001b[31m")),
        hostile(d -> d.putArray("server")),
        hostile(d -> d.put("format", "1")),
        hostile(d -> d.put("format", 2)),
        hostile(d -> d.put("instances", 7)),
        hostile(
            d -> {
              for (int n = 0; n < 600; n++) {
                d.withArray("instances").add(primary(ORDERS, 1000 + n, 1, "0/1"));
              }
            }),
        hostile(d -> d.put("note", "x".repeat(10_000))),
        hostile(d -> d.put(novel, 1)),
        hostile(
            d -> {
              for (int n = 0; n < 300; n++) {
                d.put("note" + n, "x".repeat(4000));
              }
            }),
        hostile(
            d -> {
              ObjectNode deep = d;
              for (int n = 0; n < 30; n++) {
                deep = deep.putObject("deeper");
              }
            }));
  }

  static Stream<ObjectNode> hostileInstances() {
    return Stream.of(
        hostile(d -> instance(d).put("dataDirectory", "relative")),
        hostile(d -> instance(d).putNull("dataDirectory")),
        hostile(d -> instance(d).put("dataDirectory", "/srv/a\nb")),
        hostile(d -> instance(d).put("binDirectory", "bin; rm -rf /")),
        hostile(d -> instance(d).put("unit", "a\u0007")),
        hostile(d -> instance(d).put("owner", "root\u009b31m")),
        hostile(d -> instance(d).put("port", "5432")),
        hostile(d -> instance(d).put("online", "true")),
        hostile(d -> instance(d).put("slots", "none")),
        hostile(d -> instance(d).putArray("upstream")),
        hostile(d -> instance(d).put("systemIdentifier", "1".repeat(21))),
        hostile(d -> instance(d).put("error", "x".repeat(10_000))),
        hostile(d -> instance(d).put("x".repeat(10_000), 1)),
        hostile(
            d -> {
              ObjectNode deep = instance(d);
              for (int n = 0; n < 30; n++) {
                deep = deep.putObject("deeper");
              }
            }));
  }

  @ParameterizedTest
  @MethodSource("hostileDocuments")
  void what_no_agent_sends_is_refused_and_changes_nothing(ObjectNode document) {
    console.report(of("db1"));
    JsonNode answer = send(agent("one"), document.put("token", "token of db1").toString());

    assertThat(accepted(answer)).isFalse();
    assertThat(answer.path("reason").asString()).isNotBlank().hasSizeLessThan(600);
    assertThat(denied()).isOne();
    assertThat(console.inbox.drain()).isZero();
    assertThat(console.instance("db1", 5432)).containsEntry("state", "primary");
  }

  @ParameterizedTest
  @MethodSource("hostileInstances")
  void a_hostile_instance_is_left_out_and_silences_no_other(ObjectNode document) {
    console.report(of("db1"));
    document.put("sentAt", Instant.now().toString());
    document.withArray("instances").add(primary("7300000000000000009", 5433, 1, "0/1"));
    JsonNode answer = send(agent("one"), document.put("token", "token of db1").toString());

    assertThat(accepted(answer)).isTrue();
    assertThat(console.inbox.drain()).isOne();
    assertThat(console.instance("db1", 5433)).containsEntry("state", "primary");
    assertThat(String.valueOf(console.serverReport("db1").get("refused_reason")))
        .contains("cannot be taken");
    assertThat(denied()).isOne();
    assertThat(console.jdbc.sql("select count(*) from instance").query(Long.class).single())
        .isEqualTo(2);
  }

  @Test
  void of_two_instances_with_one_directory_the_first_is_taken() {
    ObjectNode document = of("db1").node();
    document.withArray("instances").add(instance(document).deepCopy().put("port", 6000)).add(7);
    send(agent("one"), document.toString());
    console.inbox.drain();

    assertThat(console.instance("db1", 5432)).containsEntry("port", 5432);
    assertThat(String.valueOf(console.serverReport("db1").get("refused_reason")))
        .startsWith("2 of its instances");
  }

  /** Of the right shape, and of nonsense: it is taken, and what cannot be read is unknown. */
  @Test
  void values_that_mean_nothing_are_unknown() {
    ObjectNode nonsense = primary("not digits", 5432, 1, "not an lsn");
    nonsense.put("timeline", -4).put("sizeBytes", -1).put("connections", 1e300);
    nonsense.put("versionNum", 3).put("observedAt", "yesterday").put("startedAt", "9999999");
    nonsense.put("clusterName", "a\u001b[31m<script>alert(1)</script>" + "é".repeat(3000));
    nonsense.put("error", "FATAL:\n\tno\u202e");
    nonsense.putObject("upstream").put("host", "db2").put("port", "99999999999999999999");
    nonsense.withArray("standbys").add(7).add("x");
    nonsense.putObject("dataVolume").put("freeBytes", "much");
    console.report(Documents.of("db1").with(nonsense));

    assertThat(console.instance("db1", 5432))
        .containsEntry("state", "primary")
        .containsEntry("timeline", null)
        .containsEntry("lsn", null)
        .containsEntry("size_bytes", null)
        .containsEntry("connections", null)
        .containsEntry("version_num", null);
    String herd = String.valueOf(console.instance("db1", 5432).get("herd"));
    assertThat(herd).hasSizeLessThanOrEqualTo(63).doesNotContain("\u001b").contains("<script>");
  }

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("agent-report", "samples"))) {
      return files.filter(f -> f.toString().endsWith(".json")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void every_sample_of_the_agent_is_taken(Path sample) throws IOException {
    ObjectNode document = (ObjectNode) Reporting.JSON.readTree(Files.readString(sample));
    document.put("server", "db1").put("token", "token of db1");
    JsonNode answer = send(agent("one"), document.toString());

    assertThat(answer.toString()).contains("\"accepted\":true");
    assertThat(console.inbox.drain()).isOne();
    long printable =
        document.path("instances").values().stream()
            .filter(i -> Readings.argument(i, "dataDirectory") != null)
            .count();
    assertThat(console.jdbc.sql("select count(*) from instance").query(Long.class).single())
        .isEqualTo(printable);
    assertThat(console.serverReport("db1").get("reported_at")).isNotNull();
  }
}
