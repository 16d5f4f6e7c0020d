package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Clusters made by Debian's own tools, under a configuration directory of this test. */
class DebianClustersTest {

  private final Machine machine = new Machine();
  private final Map<String, String> here =
      Map.of("PG_CLUSTER_CONF_ROOT", machine.directory("etc").toString());
  private final Agent agent = Agent.on(machine).with(here);

  @AfterEach
  void close() {
    machine.close();
  }

  private Path create(String name, String directory, int port) {
    Path data = machine.directory("data").resolve(directory);
    machine
        .asOwner(
            here,
            "pg_createcluster",
            "-d",
            data.toString(),
            "-l",
            machine.directory("log") + "/" + name,
            "-s",
            machine.sockets().toString(),
            "-p",
            "" + port,
            "--start-conf",
            "manual",
            "15",
            name,
            "--",
            "--no-sync")
        .ok();
    machine.asOwner(here, "pg_conftool", "15", name, "set", "listen_addresses", "").ok();
    machine.onClose(() -> ctl(name, "-m", "immediate", "stop"));
    return data;
  }

  private Outcome ctl(String name, String... words) {
    String[] command = new String[words.length + 3];
    command[0] = "pg_ctlcluster";
    System.arraycopy(words, 0, command, 1, words.length - 1);
    command[words.length] = "15";
    command[words.length + 1] = name;
    command[words.length + 2] = words[words.length - 1];
    return machine.asOwner(here, command);
  }

  private String sql(int port, String sql) {
    return machine
        .asOwner(
            Machine.DEBIAN_BIN + "/psql",
            "-XAtqw",
            "-h",
            machine.sockets().toString(),
            "-p",
            "" + port,
            "-d",
            "postgres",
            "-c",
            sql)
        .ok();
  }

  @Test
  void a_running_and_a_stopped_cluster_are_told_apart() {
    int port = machine.port();
    Path running = create("run", "with blanks  in it", port);
    Path stopped = create("rest", "rest", machine.port());
    ctl("run", "start").ok();

    JsonNode report = agent.report("discover=lsclusters");

    assertThat(report.get("instances")).hasSize(2);
    JsonNode one = Agent.instance(report, running);
    assertThat(one.get("debianCluster").asString()).isEqualTo("15/run");
    assertThat(one.get("online").asBoolean()).isTrue();
    assertThat(one.get("port").asInt()).isEqualTo(port);
    assertThat(one.get("clusterName").asString()).isEqualTo("15/run");
    assertThat(one.get("configFile").asString())
        .isEqualTo(machine.path() + "/etc/15/run/postgresql.conf");
    assertThat(one.get("binDirectory").asString()).isEqualTo(Machine.DEBIAN_BIN.toString());
    JsonNode other = Agent.instance(report, stopped);
    assertThat(other.get("online").asBoolean(true)).isFalse();
    assertThat(other.get("controlState").asString()).isEqualTo("shut down");
    assertThat(other.get("systemIdentifier").asString()).matches("[0-9]{15,20}");
    assertThat(other.get("timeline").asInt()).isEqualTo(1);
    assertThat(other.get("clusterName").asString()).isEqualTo("15/rest");
    assertThat(other.get("versionNum").asInt() / 10000).isEqualTo(15);
  }

  @Test
  void a_cluster_whose_directory_is_gone_does_not_hide_the_others() {
    Path lost = create("lost", "lost", machine.port());
    Path kept = create("kept", "kept", machine.port());
    machine.run("rm", "-rf", lost.toString()).ok();

    JsonNode report = agent.report("discover=lsclusters");

    assertThat(Agent.instance(report, kept).get("controlState").asString()).isEqualTo("shut down");
    assertThat(Agent.instance(report, lost).get("online").isNull()).isTrue();
    assertThat(Agent.instance(report, lost).get("error").asString()).contains("does not exist");
  }

  @Test
  void a_promoted_standby_is_on_its_new_timeline_at_once() {
    int port = machine.port();
    Path data = create("run", "run", port);
    ctl("run", "start").ok();
    ctl("run", "-m", "fast", "stop").ok();
    machine.asOwner("touch", data + "/standby.signal").ok();
    ctl("run", "start").ok();
    assertThat(facts(data).get("timeline").asInt()).isEqualTo(1);
    assertThat(facts(data).get("inRecovery").asBoolean()).isTrue();

    sql(port, "select pg_promote()");

    assertThat(facts(data).get("timeline").asInt()).isEqualTo(2);
    assertThat(facts(data).get("inRecovery").asBoolean(true)).isFalse();
  }

  private JsonNode facts(Path data) {
    return Agent.instance(agent.report("discover=lsclusters"), data);
  }
}
