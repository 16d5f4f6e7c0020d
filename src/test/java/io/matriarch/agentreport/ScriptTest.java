package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ScriptTest {

  @Test
  void shellcheck_has_nothing_to_say() {
    Outcome outcome =
        Outcome.of(Map.of(), List.of("shellcheck", "-s", "sh", Agent.SCRIPT.toString()));

    assertThat(outcome.text()).isEmpty();
    assertThat(outcome.exit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "busybox sh", "bash --posix"})
  void a_host_without_clusters_still_sends_a_heartbeat(String shell) {
    List<String> words = List.of(shell.split(" "));
    Assumptions.assumeTrue(Files.exists(Path.of("/bin", words.getFirst())), shell + " is not here");
    try (Machine machine = new Machine()) {
      JsonNode report = Agent.on(machine).under(words.toArray(String[]::new)).report("interval=7");

      assertThat(report.get("server").asString()).isEqualTo("db1");
      assertThat(report.get("intervalSeconds").asInt()).isEqualTo(7);
      assertThat(report.get("host").get("memoryTotalBytes").asLong()).isPositive();
      assertThat(report.get("instances")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "discover=lsclusters,guessing",
        "interval=soon",
        "interval=0",
        "serverr=db1",
        "no equals sign",
        "only=relative/path",
        "conninfo=host=db dbname=m password=secret",
        "conninfo=postgresql://agent:secret@db/m",
        "url=http://console.example.org",
        "url=https://console.example.org\"\nheader=x",
        "token_file=/nowhere/token"
      })
  void a_wrong_setting_is_refused_and_named(String setting) {
    try (Machine machine = new Machine()) {
      Agent agent = Agent.on(machine);

      Outcome outcome = agent.run(agent.settings(setting), "--print");

      assertThat(outcome.exit()).isEqualTo(78);
      assertThat(outcome.text()).isEmpty();
      assertThat(outcome.errors()).startsWith("matriarch-report: ").doesNotContain("secret");
    }
  }

  @Test
  void settings_are_read_and_never_executed() {
    try (Machine machine = new Machine()) {
      Path trace = machine.path().resolve("trace");
      String name = "$(touch %1$s) `touch %1$s` ; touch %1$s \"' \\".formatted(trace);

      JsonNode report = Agent.on(machine).report("server=" + name);

      assertThat(report.get("server").asString()).isEqualTo(name);
      assertThat(trace).doesNotExist();
    }
  }

  @Test
  void a_door_that_nobody_named_is_an_error() {
    try (Machine machine = new Machine()) {
      Agent agent = Agent.on(machine);

      assertThat(agent.run(agent.settings()).exit()).isEqualTo(78);
    }
  }

  static Stream<Path> samples() throws IOException {
    return Files.list(Agent.SCRIPT.resolveSibling("samples")).sorted();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void every_sample_fits_the_schema(Path sample) throws IOException {
    JsonNode report = Agent.checked(Files.readAllBytes(sample));

    assertThat(report.get("format").asInt()).isEqualTo(1);
    assertThat(Files.readString(sample)).doesNotContain("/tmp").doesNotContain("password=");
  }

  @Test
  void a_renamed_field_does_not_fit_the_schema() throws IOException {
    String sample = Files.readString(Agent.SCRIPT.resolveSibling("samples/primary.json"));

    assertThat(
            Agent.schema()
                .validate(
                    sample.replace("\"writeLsn\"", "\"writeLocation\""),
                    com.networknt.schema.InputFormat.JSON))
        .isNotEmpty();
  }
}
