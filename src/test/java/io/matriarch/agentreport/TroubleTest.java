package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What hangs, lies or is named badly costs only itself. */
class TroubleTest {

  private final Machine machine = new Machine();
  private final Agent agent = Agent.on(machine);

  @AfterEach
  void close() {
    machine.close();
  }

  private JsonNode report() {
    return agent.report("discover=paths", "paths=" + machine.path() + "/*/data");
  }

  @Test
  void a_hung_cluster_is_reported_as_hung_beside_the_others() {
    Cluster hung = Cluster.create(machine, 17, "hung").start();
    Cluster well = Cluster.create(machine, 17, "well").start();
    hung.signal("STOP");

    JsonNode report = report();

    assertThat(Agent.instance(report, hung).get("online").asBoolean(true)).isFalse();
    assertThat(Agent.instance(report, hung).get("state").asString()).isEqualTo("hung");
    assertThat(Agent.instance(report, hung).get("inRecovery").isNull()).isTrue();
    assertThat(Agent.instance(report, well).get("state").asString()).isEqualTo("running");
  }

  @Test
  void a_killed_cluster_is_stopped_although_its_lock_file_stays() {
    Cluster cluster = Cluster.create(machine, 17, "killed").start();
    String pid = cluster.pid();
    cluster.signal("KILL");
    Machine.waitUntil(
        "it is dead", () -> machine.run("kill", "-0", pid).exit() != 0 || zombie(pid));

    JsonNode instance = Agent.instance(report(), cluster);

    assertThat(instance.get("online").asBoolean(true)).isFalse();
    assertThat(instance.get("state").asString()).isEqualTo("stopped");
  }

  private boolean zombie(String pid) {
    return machine.run("ps", "-o", "stat=", "-p", pid).text().startsWith("Z");
  }

  @Test
  void a_cluster_that_refuses_everybody_says_so() {
    Cluster cluster = Cluster.create(machine, 17, "closed");
    machine
        .asOwner(
            "sh",
            "-c",
            "echo 'local all all reject' > \"$1\"",
            "sh",
            cluster.data() + "/pg_hba.conf")
        .ok();
    // pg_ctl waits for a server that answers; a refusal is an answer to it.
    cluster.start();

    JsonNode instance = Agent.instance(report(), cluster);

    assertThat(instance.get("online").asBoolean(true)).isFalse();
    assertThat(instance.get("state").asString()).isEqualTo("refusing");
    assertThat(instance.get("error").asString()).contains("pg_hba.conf");
  }

  @Test
  void every_name_arrives_as_text_whatever_is_in_it() {
    String name = "a 'b' \"c\" $(touch trace) `touch trace` <script> é \\ $HOME";
    Cluster cluster = Cluster.create(machine, 18, name);
    cluster.configure("cluster_name = '$(id) ''\" <script> \\\\ \\033[31m'");
    cluster.startWithoutShell();

    JsonNode instance = Agent.instance(report(), cluster);

    assertThat(instance.get("error").isNull()).isTrue();
    assertThat(instance.get("state").asString()).isEqualTo("running");
    assertThat(instance.get("clusterName").asString()).isEqualTo("$(id) '\" <script> \\ \\x1b[31m");
    assertThat(Path.of("/trace")).doesNotExist();
  }

  @Test
  void control_characters_and_bytes_that_are_not_utf_8_become_replacement_characters() {
    Cluster cluster = Cluster.create(machine, 18, "plain");
    machine
        .run(
            "sh",
            "-c",
            "mv \"$1\" \"$2/$(printf 'x\\n\\033[31m\\377y')\"",
            "sh",
            machine.path() + "/plain-home",
            machine.path().toString())
        .ok();

    JsonNode report = agent.report("discover=paths", "paths=" + machine.path() + "/x*/data");

    JsonNode instance = report.get("instances").get(0);
    assertThat(instance.get("dataDirectory").asString())
        .isEqualTo(machine.path() + "/x\uFFFD\uFFFD[31m\uFFFDy/data");
    assertThat(instance.get("error").asString()).contains("control characters");
    assertThat(instance.get("state").asString()).isEqualTo("stopped");
  }

  @Test
  void an_owner_who_forges_the_answer_harms_his_own_cluster_only() {
    Cluster forged = Cluster.create(machine, 17, "forged").start();
    Path bin = forgedPsql();
    Cluster well = Cluster.create(machine, 16, "well").start();

    JsonNode report =
        agent.report(
            "discover=paths", "paths=" + machine.path() + "/*/data", "psql=" + bin.resolve("psql"));

    assertThat(report.get("server").asString()).isEqualTo("db1");
    assertThat(report.get("instances")).hasSize(2);
    assertThat(Agent.instance(report, forged).get("state").asString()).isEqualTo("unknown");
    assertThat(Agent.instance(report, well).get("online").isNull()).isTrue();
    assertThat(report.toString()).doesNotContain("evil");
  }

  /** Answers with what would end the object, the list and the document it becomes a part of. */
  private Path forgedPsql() {
    Path bin = machine.directory("forged-bin");
    Path psql =
        machine.write(
            "forged-bin/psql",
            "#!/bin/sh\ncat >/dev/null\necho 'J {\"version\": \"17\"}],\"server\":\"evil\",\"x\":[{\"a\": 1}'\n");
    machine.run("chmod", "755", psql.toString()).ok();
    return bin;
  }

  @Test
  void a_second_run_does_not_overlap_the_first() throws Exception {
    try (Listener silent = new Listener()) {
      Path settings =
          agent.settings(
              "conninfo=host=%s port=%d dbname=m".formatted(silent.address(), silent.port()));
      Process first = new ProcessBuilder(agent.command(settings)).start();
      try {
        Machine.waitUntil(
            "the first run is at the door",
            () ->
                first
                    .descendants()
                    .anyMatch(
                        process ->
                            process
                                .info()
                                .arguments()
                                .map(List::of)
                                .orElse(List.of())
                                .contains(
                                    "host=%s port=%d dbname=m"
                                        .formatted(silent.address(), silent.port()))));

        Outcome second = agent.run(settings);

        assertThat(second.exit()).isEqualTo(75);
        assertThat(second.errors()).contains("another run for db1 is under way");
      } finally {
        first.descendants().forEach(ProcessHandle::destroy);
        first.destroy();
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void a_loop_that_is_ended_leaves_nothing_behind() throws Exception {
    Path settings = agent.settings("interval=1", "conninfo=host=" + machine.sockets());
    Process loop =
        new ProcessBuilder(agent.command(settings, "--loop"))
            .redirectErrorStream(true)
            .redirectOutput(machine.path().resolve("loop.log").toFile())
            .start();
    Machine.waitUntil("it reported twice", () -> lines(machine.path().resolve("loop.log")) >= 2);
    List<ProcessHandle> family = loop.descendants().toList();

    loop.destroy();

    assertThat(loop.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(loop.exitValue()).isZero();
    Machine.waitUntil(
        "its children ended", () -> family.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static long lines(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().count();
    } catch (IOException e) {
      return 0;
    }
  }
}
