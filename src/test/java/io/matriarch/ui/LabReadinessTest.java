package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.matriarch.database.Rows;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabFleet;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.security.Role;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole look at a herd on real hosts, asked for on its page and read there. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LabReadinessTest {

  private static Lab lab;
  private static Screens screens;
  private static LabHerd orders;
  private static LabService pgbouncer;
  private static Connection client;
  private static long herd;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "app1", "app2");
    orders = lab.herd("orders", "db1", "db2", "db3");
    pgbouncer = lab.pgbouncer("app1", orders, 1);
    screens = Screens.of(lab);
    LabFleet fleet = new LabFleet(lab, screens.jdbc());
    fleet.register();
    herd = fleet.discover(orders);
    fleet.pooler(herd, pgbouncer);
    client =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port()),
            "app",
            orders.passwords().get("app"));
    client.createStatement().execute("select 1");
    // A pooler that nobody has asked yet is a warning of its own.
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                screens
                    .jdbc()
                    .sql("select exists (select from pooler where observed_at is not null)")
                    .query(Boolean.class)
                    .single());
  }

  @AfterAll
  static void down() throws Exception {
    if (client != null) {
      client.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void a_healthy_herd_is_ready_without_a_single_warning() {
    Page page = checked();

    assertThat(page.locator(".readiness")).containsText("ready");
    for (String candidate : List.of("db2", "db3")) {
      assertThat(trouble(candidate)).isEmpty();
    }
    List<String> passed = words("db2", "PASSED");
    assertThat(passed)
        .anySatisfy(
            words ->
                assertThat(words)
                    .contains(
                        "pooler app1-1 on app1: its users may sign in at db2: app in app was asked for the password"))
        .anySatisfy(
            words ->
                assertThat(words)
                    .isEqualTo("clients come through the poolers: nobody else is connected to db1"))
        .anySatisfy(
            words ->
                assertThat(words)
                    .startsWith("nothing in sight restarts the old primary by itself: ")
                    .contains("start.conf says auto"))
        .anySatisfy(
            words -> assertThat(words).isEqualTo("a role may rewind from the candidate: rewind"))
        .anySatisfy(
            words ->
                assertThat(words)
                    .matches("the logs tell of no damage: none on db1 since 2.*none on db2.*"));
    Locator reach = page.locator(".reach");
    assertThat(reach.locator("tr")).hasCount(6);
    assertThat(reach.locator(".reach-mark.bad")).hasCount(0);
    assertThat(reach.locator(".reach-mark.ok")).hasCount(3 * 2 + 3 * 2 * 2 + 3);
    page.context().close();
  }

  @Test
  @Order(2)
  void what_is_in_the_way_is_seen_where_it_lies() throws Exception {
    String hba = "/etc/postgresql/%s/orders/pg_hba.conf".formatted(orders.version());
    String db1 = lab.host("db1").address();
    String app1 = lab.host("app1").address();
    lab.exec(
        "db2",
        "sed",
        "-i",
        "1i host replication replicator %s/32 reject\\nhost app app %s/32 reject"
            .formatted(db1, app1),
        hba);
    lab.sql("db2", orders, "select pg_reload_conf()");
    lab.exec(
        "db1",
        "sh",
        "-c",
        "mkdir -p /etc/cron.d && echo '* * * * * root pg_ctlcluster %s orders start' >/etc/cron.d/keep"
            .formatted(orders.version()));
    // From a host that has no pooler, and stays until we have looked.
    lab.execAs(
        "postgres",
        "app2",
        Duration.ofMinutes(1),
        "",
        "sh",
        "-c",
        "PGPASSWORD='%s' setsid psql -h %s -p %d -U app -d app -c 'select pg_sleep(900)' >/dev/null 2>&1 </dev/null &"
            .formatted(orders.passwords().get("app"), db1, orders.port()));
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                lab.sql(
                        "db1",
                        orders,
                        "select count(*) from pg_stat_activity where query like '%pg_sleep(900)' and pid <> pg_backend_pid()")
                    .equals("1"));
    lab.partition("db3");

    Page page = checked();

    assertThat(words("db2", "FAILED"))
        .anySatisfy(
            words ->
                assertThat(words).startsWith("db1 may stream from db2: ").contains("pg_hba.conf"))
        .anySatisfy(
            words ->
                assertThat(words)
                    .startsWith("pooler app1-1 on app1: its users may sign in at db2: app in app: ")
                    .contains("pg_hba.conf rejects"));
    assertThat(words("db2", "WARNING"))
        .contains(
            "clients come through the poolers: on db1: 1 from %s (app)"
                .formatted(lab.host("app2").address()),
            "nothing in sight restarts the old primary by itself: on db1: cron by /etc/cron.d/keep");
    Locator reach = page.locator(".reach");
    assertThat(row(reach, "console")).containsText("✕ SSH");
    assertThat(row(reach, "db1")).containsText("✕ replication");
    assertThat(row(reach, "db3")).containsText("? not tried");
    assertThat(reach.locator("[role=img][aria-label^='replication from db1 to db2 failed']"))
        .hasAttribute("aria-label", Pattern.compile("pg_hba.conf rejects replication"));
    assertThat(reach.locator("[aria-label^='replication from db2 to db1']")).hasCount(0);
    assertThat(reach.locator("[aria-label^='replication from db2 to db3 failed']")).hasCount(1);
    assertThat(reach.locator("[aria-label^='port from app1 to db3 failed']")).hasCount(1);
    assertThat(reach.locator("[aria-label^='port from app1 to db2']")).hasCount(0);
    Axe.lightAndDark(page, "lab-readiness");
    reach.scrollIntoViewIfNeeded();
    Axe.lightAndDark(page, "lab-reach");
    page.context().close();
  }

  private static Locator row(Locator reach, String from) {
    return reach.locator("tr:has(th:text-is('%s'))".formatted(from)).last();
  }

  /** Presses the button, and waits until all that a look brings has been kept. */
  private static Page checked() {
    Instant before =
        screens
            .jdbc()
            .sql("select clock_timestamp() as at")
            .query((rs, n) -> Objects.requireNonNull(Rows.instantOf(rs, "at")))
            .single();
    Page page = screens.as(Role.OPERATOR, "herds/" + herd);
    page.getByText("Check now").click();
    Awaitility.await()
        .atMost(Duration.ofMinutes(4))
        .until(
            () ->
                screens
                    .jdbc()
                    .sql(
                        """
                        select exists (select from herd_connectivity c join readiness r using (herd_id)
                                        where herd_id = :herd and c.at > :before and r.at > :before)
                        """)
                    .param("herd", herd)
                    .param("before", java.sql.Timestamp.from(before))
                    .query(Boolean.class)
                    .single());
    page.reload();
    return page;
  }

  private static List<String> trouble(String candidate) {
    return java.util.stream.Stream.concat(
            words(candidate, "WARNING").stream(), words(candidate, "FAILED").stream())
        .toList();
  }

  /** Name and what was seen, of the checks that came out so. */
  private static List<String> words(String candidate, String outcome) {
    String checks =
        screens
            .jdbc()
            .sql(
                """
                select r.checks::text from readiness r join instance using (instance_id) join server s using (server_id)
                 where r.herd_id = :herd and s.name = :candidate
                """)
            .param("herd", herd)
            .param("candidate", candidate)
            .query(String.class)
            .single();
    return JsonMapper.shared().readTree(checks).values().stream()
        .filter(check -> check.path("outcome").asString().equals(outcome))
        .map(LabReadinessTest::words)
        .toList();
  }

  private static String words(JsonNode check) {
    return check.path("name").asString() + ": " + check.path("seen").asString();
  }
}
