package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.job.Target;
import io.matriarch.testing.TestFleet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Where a standby may be created, and what would be done; the doing is seen on the lab. */
class CreateStandbyTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final String NAME = "herd.create-standby";
  private static final Target HERD = Target.herd(1);

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  @Test
  void it_lies_as_its_primary_does_and_its_port_and_name_can_be_others() {
    Fleet fleet = with(server(9, 1L, "debian", List.of("ssh-ed25519 AAAA")));

    assertThat(ACTIONS.failed(NAME, HERD, fleet, Map.of("server", "9"))).isEmpty();
    assertThat(ACTIONS.steps(NAME, HERD, fleet, Map.of("server", "9")))
        .containsExactly(
            "see that db9 has PostgreSQL 17, that port 5432 is free and nothing lies there, and make the cluster 17/main with an empty data directory /srv/pg/17/main and the configuration of PostgreSQL 17/main on db1",
            "create a slot for it on PostgreSQL 17/main on db1, copy all data by a base backup, start PostgreSQL 17/main on db9 and see it stream");
    assertThat(
            ACTIONS.steps(
                NAME,
                HERD,
                fleet,
                Map.of("server", "9", "port", "5499", "cluster", "second", "maxRate", "50")))
        .first()
        .asString()
        .contains("port 5499 is free", "17/second", "/var/lib/postgresql/17/second");
  }

  @Test
  void it_is_refused_on_a_server_that_is_none_of_the_herds_or_cannot_be_commanded() {
    assertThat(ACTIONS.failed(NAME, HERD, with(null)))
        .extracting(Check::seen)
        .containsExactly("none is chosen");
    assertThat(seen(server(9, 1L, null, List.of("ssh-ed25519 AAAA"))))
        .containsExactly("what db9 runs is not known");
    assertThat(seen(server(9, 1L, "debian", List.of())))
        .containsExactly("no host key of db9 is pinned");
    assertThat(seen(server(9, null, "debian", List.of("ssh-ed25519 AAAA"))))
        .singleElement()
        .asString()
        .contains("the herd is of prod, db9 of");
  }

  @Test
  void it_is_refused_where_a_member_lies_and_on_the_port_of_one() {
    Fleet fleet = with(server(2, 1L, "debian", List.of("ssh-ed25519 AAAA")));

    assertThat(ACTIONS.failed(NAME, HERD, fleet, Map.of("server", "2")))
        .extracting(Check::seen)
        .containsExactly("17/main is a member of the herd");
    assertThat(ACTIONS.failed(NAME, HERD, fleet, Map.of("server", "2", "cluster", "second")))
        .extracting(Check::seen)
        .containsExactly("port 5432 is that of 17/main");
  }

  @Test
  void where_no_tools_of_debian_are_it_needs_the_layout_and_the_port_of_its_primary() {
    assertThat(seen(server(9, 1L, "rhel", List.of("ssh-ed25519 AAAA"))))
        .singleElement()
        .asString()
        .contains("keeps its configuration elsewhere");
  }

  @Test
  void it_is_refused_without_a_primary_and_for_a_directory_that_is_none() {
    Server server = server(9, 1L, "debian", List.of("ssh-ed25519 AAAA"));
    Fleet lost =
        with(
            TestFleet.herd("orders").stopped("db1", Instance.Role.PRIMARY).standby("db2").build(),
            server);

    assertThat(ACTIONS.failed(NAME, HERD, lost, Map.of("server", "9"))).isNotEmpty();
    for (String directory : List.of("/", "relative", "/srv/../etc", "/srv", "/srv/a b")) {
      assertThat(
              ACTIONS.failed(
                  NAME, HERD, with(server), Map.of("server", "9", "directory", directory)))
          .as(directory)
          .isNotEmpty();
    }
  }

  private static List<String> seen(Server server) {
    return ACTIONS.failed(NAME, HERD, with(server), Map.of("server", "9")).stream()
        .map(Check::seen)
        .toList();
  }

  private static Server server(
      long id, @Nullable Long environment, @Nullable String family, List<String> keys) {
    return new Server(
        id,
        "db" + id,
        Server.Kind.SSH,
        environment,
        "ams",
        "db" + id + ".example",
        22,
        "postgres",
        keys,
        List.of(),
        "other",
        family,
        null);
  }

  private static Fleet with(@Nullable Server server) {
    return with(TestFleet.herd("orders").primary("db1").standby("db2").build(), server);
  }

  private static Fleet with(Fleet fleet, @Nullable Server server) {
    if (server == null) {
      return fleet;
    }
    Map<Long, Server> servers = new HashMap<>(fleet.servers());
    servers.put(server.id(), server);
    return new Fleet(
        fleet.takenAt(),
        fleet.environments(),
        servers,
        fleet.herds(),
        fleet.instances(),
        fleet.profiles(),
        fleet.poolers(),
        fleet.dnsRecords(),
        fleet.hooks());
  }
}
