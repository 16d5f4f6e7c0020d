package io.matriarch.discovery;

import static io.matriarch.discovery.Documents.primary;
import static io.matriarch.discovery.Documents.standby;
import static io.matriarch.discovery.Documents.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.node.ObjectNode;

/** What is noted when applied facts change something, and that nothing is when they do not. */
class FleetEventsTest {

  private static final String ORDERS = "7300000000000000001";

  private Console console;

  @BeforeEach
  void open() {
    console = new Console();
    long prod = console.environment("prod");
    long dev = console.environment("dev");
    console.server("p1", "10.0.0.1", prod);
    console.server("p2", "10.0.0.2", prod);
    console.server("d1", "10.0.1.1", dev);
  }

  @AfterEach
  void close() throws Exception {
    console.close();
  }

  /** Kind, before and after of all events of a server's instance, oldest first. */
  private List<String> events(String server) {
    return console
        .jdbc
        .sql(
            """
            select concat_ws(' ', e.kind, was, became) from fleet_event e join server s using (server_id)
             where s.name = :server order by fleet_event_id
            """)
        .param("server", server)
        .query(String.class)
        .list();
  }

  private List<String> since(String server, List<String> before) {
    List<String> all = events(server);
    assertThat(all).startsWith(before.toArray(String[]::new));
    return all.subList(before.size(), all.size());
  }

  @Test
  void a_first_report_forms_a_herd_and_finds_its_member_and_the_same_again_is_no_news() {
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    assertThat(events("p1")).containsExactly("found primary");
    assertThat(
            console
                .jdbc
                .sql("select kind from fleet_event where server_id is null")
                .query(String.class)
                .list())
        .containsExactly("formed");
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/2")));
    assertThat(events("p1")).hasSize(1);
  }

  @Test
  void a_switchover_is_two_changes_of_role_and_a_standby_that_follows_another_is_one_of_upstream() {
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    console.report(Documents.of("p2").with(standby(ORDERS, 5432, 1, "0/1", "10.0.0.1", 5432)));
    console.report(Documents.of("d1").with(standby(ORDERS, 5432, 1, "0/1", "10.0.0.1", 5432)));
    List<String> first = events("p1");
    List<String> second = events("p2");
    List<String> third = events("d1");
    console.report(Documents.of("p2").with(primary(ORDERS, 5432, 2, "0/2")));
    console.report(Documents.of("p1").with(standby(ORDERS, 5432, 2, "0/2", "10.0.0.2", 5432)));
    console.report(Documents.of("d1").with(standby(ORDERS, 5432, 2, "0/2", "10.0.0.2", 5432)));

    assertThat(since("p2", second)).containsExactly("role standby primary");
    assertThat(since("p1", first)).contains("role primary standby");
    assertThat(since("d1", third)).containsExactlyInAnyOrder("timeline 1 2", "upstream p1 p2");
  }

  @Test
  void stopping_starting_another_version_and_vanishing_are_noted() {
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    List<String> before = events("p1");
    console.report(Documents.of("p1").with(stopped(ORDERS, 5432)));
    ObjectNode newer = primary(ORDERS, 5432, 1, "0/2");
    newer.put("version", "17.3").put("versionNum", 170003);
    console.report(Documents.of("p1").with(newer));
    console.report(Documents.of("p1"));
    console.report(Documents.of("p1").with(newer.deepCopy()));

    assertThat(since("p1", before))
        .containsExactly(
            "state online stopped",
            "state stopped online",
            "version 17.2 17.3",
            "gone",
            "back primary");
  }

  @Test
  void a_copy_is_noted_once() {
    console.report(Documents.of("p1").with(primary(ORDERS, 5432, 1, "0/1")));
    console.report(Documents.of("d1").with(primary(ORDERS, 5432, 2, "0/1")));
    console.report(Documents.of("d1").with(primary(ORDERS, 5432, 2, "0/2")));

    assertThat(events("d1")).containsExactly("found primary", "copy p1-5432");
  }

  @Test
  void what_happened_cannot_be_changed_by_the_console() {
    for (String sql : List.of("update fleet_event set kind = 'role'", "delete from fleet_event")) {
      assertThatThrownBy(() -> console.jdbc.sql(sql).update())
          .isInstanceOf(DataAccessException.class)
          .rootCause()
          .hasMessageContaining("permission denied");
    }
  }
}
