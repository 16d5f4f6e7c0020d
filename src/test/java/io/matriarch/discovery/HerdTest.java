package io.matriarch.discovery;

import static io.matriarch.discovery.Documents.primary;
import static io.matriarch.discovery.Documents.standby;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.audit.TestAudit;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.TestAccess;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class HerdTest {

  private static final String ORDERS = "7300000000000000001";
  private static final String STOCK = "7300000000000000002";

  private Console console;
  private long prod;
  private long dev;

  @BeforeEach
  void open() {
    console = new Console();
    prod = console.environment("prod");
    dev = console.environment("dev");
    console.server("p1", "10.0.0.1", prod);
    console.server("p2", "10.0.0.2", prod);
    console.server("d1", "10.0.1.1", dev);
    console.server("u1", "10.0.2.1", null);
  }

  @AfterEach
  void close() throws Exception {
    console.close();
  }

  private static ObjectNode named(ObjectNode instance, String clusterName) {
    return instance.put("clusterName", clusterName);
  }

  private String herd(String server) {
    return String.valueOf(console.instance(server, 5432).get("herd"));
  }

  private long id(String server) {
    return Long.parseLong(String.valueOf(console.instance(server, 5432).get("instance_id")));
  }

  @Test
  void a_herd_has_the_cluster_name_of_its_primary_and_the_environment_of_its_server() {
    console.report(Documents.of("p1").with(named(primary(ORDERS, 5432, 1, "0/1"), "orders")));

    assertThat(console.instance("p1", 5432))
        .containsEntry("herd", "orders")
        .containsEntry("environment", "prod");
  }

  @Test
  void debians_default_cluster_name_is_no_name() {
    console.report(Documents.of("p1").with(named(primary(ORDERS, 5432, 1, "0/1"), "17/main")));

    assertThat(herd("p1")).isEqualTo("p1-5432");
  }

  @Test
  void a_herd_whose_standby_came_first_is_named_once_after_its_primary() {
    console.report(Documents.of("p2").with(standby(ORDERS, 5432, 1, "0/1", "10.0.0.1", 5432)));
    assertThat(herd("p2")).isEqualTo("p2-5432");
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    assertThat(herd("p2")).isEqualTo("p1-5432");

    console.report(Documents.of("p1").with(standby(ORDERS, 5432, 2, "0/1", "10.0.0.2", 5432)));
    console.report(Documents.of("p2").with(primary(ORDERS, 5432, 2, "0/1")));
    assertThat(herd("p1")).isEqualTo("p1-5432");
  }

  @Test
  void a_name_that_people_gave_stays() {
    console.report(Documents.of("p2").with(standby(ORDERS, 5432, 1, "0/1", "10.0.0.1", 5432)));
    console.jdbc.sql("update herd set name = 'our orders', version = version + 1").update();
    console.report(Documents.of("p1").with(named(primary(ORDERS, 5432, 1, "0/1"), "orders")));

    assertThat(herd("p1")).isEqualTo("our orders");
  }

  @Test
  void two_herds_of_one_name_are_told_apart_in_their_environment() {
    console.report(Documents.of("p1").with(named(primary(ORDERS, 5432, 1, "0/1"), "app")));
    console.report(Documents.of("p2").with(named(primary(STOCK, 5432, 1, "0/1"), "app")));
    console.report(
        Documents.of("d1").with(named(primary("7300000000000000003", 5432, 1, "0/1"), "app")));

    assertThat(herd("p1")).isEqualTo("app");
    assertThat(herd("p2")).isEqualTo("app-2");
    assertThat(herd("d1")).isEqualTo("app");
  }

  @Test
  void a_herd_of_an_unassigned_server_follows_it_into_its_environment() {
    console.report(Documents.of("u1").with(primary(ORDERS, 5432, 1, "0/1")));
    assertThat(console.instance("u1", 5432)).containsEntry("environment", null);
    console.jdbc.sql("update server set environment_id = " + prod + " where name = 'u1'").update();
    console.report(Documents.of("u1").with(primary(ORDERS, 5432, 1, "0/1")));

    assertThat(console.jdbc.sql("select environment_id from herd").query(Long.class).single())
        .isEqualTo(prod);
  }

  @Test
  void a_cluster_whose_identifier_is_unknown_waits_alone_and_joins_once_it_is_read() {
    ObjectNode blind = standby(ORDERS, 5432, 1, "0/1", "10.0.0.1", 5432);
    blind.putNull("systemIdentifier");
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    console.report(Documents.of("p2").with(blind));
    assertThat(herd("p2")).isEqualTo("p2-5432");

    console.report(Documents.of("p2").with(standby(ORDERS, 5432, 1, "0/1", "10.0.0.1", 5432)));
    assertThat(herd("p2")).isEqualTo("p1-5432");
    assertThat(console.jdbc.sql("select count(*) from herd").query(Long.class).single()).isOne();
  }

  @Test
  void a_standby_rebuilt_from_another_herd_moves_there() {
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    console.report(Documents.of("p2").with(primary(STOCK, 5432, 1, "0/1")));
    console.report(Documents.of("p2").with(standby(ORDERS, 5432, 1, "0/1", "10.0.0.1", 5432)));

    assertThat(herd("p2")).isEqualTo("p1-5432");
    assertThat(console.instance("p2", 5432)).containsEntry("role", "standby");
  }

  @Test
  void a_writable_fork_in_another_environment_is_a_copy_whoever_reports_first() {
    for (List<String> order : List.of(List.of("p1", "d1"), List.of("d1", "p1"))) {
      console.jdbc.sql("delete from instance").update();
      console.jdbc.sql("delete from herd").update();
      console.jdbc.sql("update server_report set sent_at = null").update();
      for (String server : order) {
        console.report(
            Documents.of(server).with(primary(ORDERS, 5432, server.equals("d1") ? 2 : 1, "0/1")));
      }
      assertThat(console.instance("d1", 5432)).containsEntry("copy", true);
      assertThat(console.instance("p1", 5432))
          .containsEntry("copy", false)
          .containsEntry("environment", "prod");
    }
  }

  @Test
  void two_writable_members_of_one_environment_are_no_copies() {
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    console.report(Documents.of("p2").with(primary(ORDERS, 5432, 2, "0/1")));

    assertThat(console.instance("p1", 5432)).containsEntry("copy", false);
    assertThat(console.instance("p2", 5432)).containsEntry("copy", false);
  }

  @Test
  void a_fork_on_the_same_timeline_is_no_copy() {
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    console.report(Documents.of("d1").with(primary(ORDERS, 5432, 1, "0/1")));

    assertThat(console.instance("d1", 5432)).containsEntry("copy", false);
  }

  @Test
  void a_copy_becomes_a_herd_of_its_own_and_stays_one() {
    console.report(Documents.of("p1").with(named(primary(ORDERS, 5432, 1, "0/1"), "orders")));
    console.report(Documents.of("d1").with(named(primary(ORDERS, 5432, 2, "0/1"), "orders")));
    Access access = TestAccess.over(console.database);
    Copies copies =
        new Copies(
            console.jdbc,
            console.database.transactions(),
            access,
            TestAudit.over(console.database),
            console.ledger);
    long copy = id("d1");
    long original = id("p1");
    Actor operator = new Actor("otto", Role.OPERATOR, io.matriarch.audit.Origin.API, null);
    Actor dba = new Actor("dora", Role.DBA, io.matriarch.audit.Origin.API, null);

    assertThatThrownBy(() -> Access.as(operator, () -> copies.makeHerd(copy)))
        .isInstanceOf(AccessRefused.class);
    assertThatThrownBy(() -> Access.as(dba, () -> copies.makeHerd(original)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no copy");
    Access.as(dba, () -> copies.makeHerd(copy));

    assertThat(console.instance("d1", 5432))
        .containsEntry("herd", "orders")
        .containsEntry("environment", "dev")
        .containsEntry("copy", false);
    console.report(Documents.of("d1").with(named(primary(ORDERS, 5432, 2, "0/2"), "orders")));
    console.report(Documents.of("p1").with(named(primary(ORDERS, 5432, 1, "0/2"), "orders")));
    assertThat(console.instance("d1", 5432))
        .containsEntry("environment", "dev")
        .containsEntry("copy", false);
    assertThat(console.instance("p1", 5432).get("herd_id"))
        .isNotEqualTo(console.instance("d1", 5432).get("herd_id"));
    assertThat(
            console
                .jdbc
                .sql(
                    "select count(*) from audit_event where action = 'herd.separate' and outcome = 'SUCCEEDED'")
                .query(Long.class)
                .single())
        .isOne();
  }
}
