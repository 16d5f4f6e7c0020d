package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DiscoveryTest {

  @ParameterizedTest
  @ValueSource(strings = {"proc", "sockets"})
  void a_running_postmaster_is_found_and_remembered_when_it_stops(String means) {
    try (Machine machine = new Machine()) {
      Cluster cluster = Cluster.create(machine, 16, "shop").start();
      Agent agent = Agent.on(machine);
      JsonNode running = Agent.instance(agent.report("discover=" + means), cluster);
      assertThat(running.get("foundBy").asString()).isEqualTo(means);
      assertThat(running.get("port").asInt()).isEqualTo(cluster.port());
      assertThat(running.get("socketDirectory").asString()).isEqualTo(machine.sockets().toString());

      // What a run that reports has seen is what later runs know.
      agent.run(agent.settings("discover=" + means, "conninfo=host=/nowhere"));
      cluster.stop();

      JsonNode stopped = Agent.instance(agent.report("discover=" + means), cluster);
      assertThat(stopped.get("online").asBoolean(true)).isFalse();
      assertThat(stopped.get("state").asString()).isEqualTo("stopped");
      assertThat(stopped.get("port").asInt()).isEqualTo(cluster.port());
    }
  }

  @Test
  void one_cluster_found_by_all_means_is_reported_once() {
    try (Machine machine = new Machine()) {
      Cluster cluster = Cluster.create(machine, 16, "shop").start();
      machine.run("ln", "-s", cluster.data().toString(), machine.path() + "/link").ok();

      JsonNode report =
          Agent.on(machine).report("paths=%s/link,%s".formatted(machine.path(), cluster.data()));

      assertThat(report.get("instances")).hasSize(1);
    }
  }

  @Test
  void prefixes_are_whole_directories() {
    try (Machine machine = new Machine()) {
      Cluster shop = Cluster.create(machine, 16, "shop");
      Cluster shop2 = Cluster.create(machine, 16, "shop-home2");
      String found = "discover=paths\npaths=" + machine.path() + "/*/data";
      Agent agent = Agent.on(machine);

      assertThat(agent.report(found).get("instances")).hasSize(2);
      JsonNode one = agent.report(found, "ignore=" + machine.path() + "/shop-home/");
      assertThat(directories(one)).containsExactly(shop2.data().toString());
      JsonNode other = agent.report(found, "ignore=" + shop2.data());
      assertThat(directories(other)).containsExactly(shop.data().toString());
    }
  }

  @Test
  void layouts_of_red_hat_are_found_with_their_units() {
    try (Machine machine = new Machine()) {
      Cluster layout = Cluster.create(machine, 16, "pgdg");
      machine.directory("pgsql/16");
      machine.run("mv", layout.data().toString(), machine.path() + "/pgsql/16/data").ok();
      Cluster elsewhere = Cluster.create(machine, 17, "else where");
      machine.directory("units/postgresql-17.service.d");
      machine.write(
          "units/postgresql-17.service", "[Service]\nEnvironment=PGDATA=/var/lib/pgsql/17/data/\n");
      machine.write(
          "units/postgresql-17.service.d/here.conf",
          "[Service]\nEnvironment=\"PGDATA=%s/\"\n".formatted(elsewhere.data()));

      JsonNode report =
          Agent.on(machine)
              .report(
                  "discover=rhel",
                  "rhel_dirs=" + machine.path() + "/pgsql",
                  "unit_dirs=" + machine.path() + "/units");

      assertThat(directories(report))
          .containsExactlyInAnyOrder(
              machine.path() + "/pgsql/16/data", elsewhere.data().toString());
    }
  }

  @Test
  void two_versions_of_two_owners_are_read_as_their_owners() {
    Assumptions.assumeTrue(Machine.ROOT, "only root can act for two users");
    try (Machine machine = new Machine();
        Machine other = new Machine("nobody")) {
      Cluster old = Cluster.create(machine, 10, "old").start();
      Cluster young = Cluster.create(other, 18, "young").start();

      JsonNode report = Agent.on(machine).report("discover=proc", "only=" + other.path());

      JsonNode first = Agent.instance(report, old);
      JsonNode second = Agent.instance(report, young);
      assertThat(first.get("owner").asString()).isEqualTo("postgres");
      assertThat(second.get("owner").asString()).isEqualTo("nobody");
      assertThat(first.get("versionNum").asInt() / 10000).isEqualTo(10);
      assertThat(second.get("versionNum").asInt() / 10000).isEqualTo(18);
      assertThat(first.get("online").asBoolean()).isTrue();
      assertThat(second.get("online").asBoolean()).isTrue();
    }
  }

  @Test
  void an_agent_that_is_not_root_says_what_it_may_not_read() {
    Assumptions.assumeTrue(Machine.ROOT, "needs a second user");
    try (Machine machine = new Machine()) {
      Cluster cluster = Cluster.create(machine, 16, "shop").start();
      machine.run("cp", Agent.SCRIPT.toString(), machine.path() + "/agent").ok();
      Agent agent = Agent.on(machine);
      Path settings =
          agent.settings("discover=paths", "paths=" + cluster.data(), "state_dir=/nowhere");

      Outcome outcome =
          Outcome.of(
              Map.of(),
              Machine.ownerCommand(
                  "nobody",
                  "sh",
                  machine.path() + "/agent",
                  "--config",
                  settings.toString(),
                  "--print"));

      outcome.ok();
      JsonNode instance = Agent.instance(Agent.checked(outcome.bytes()), cluster);
      assertThat(instance.get("online").isNull()).isTrue();
      assertThat(instance.get("state").asString()).isEqualTo("unknown");
      assertThat(instance.get("error").asString()).contains("run the agent as root or as postgres");
    }
  }

  private static List<String> directories(JsonNode report) {
    List<String> all = new ArrayList<>();
    report.get("instances").forEach(node -> all.add(node.get("dataDirectory").asString()));
    return all;
  }
}
