package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the agent's script on a machine and reads what it says. */
record Agent(Machine machine, Map<String, String> environment, List<String> shell) {

  static final Path SCRIPT = Path.of("agent-report/matriarch-report").toAbsolutePath();

  private static final JsonMapper JSON = new JsonMapper();

  static Agent on(Machine machine) {
    return new Agent(machine, Map.of(), List.of("sh"));
  }

  Agent with(Map<String, String> more) {
    return new Agent(machine, more, shell);
  }

  Agent under(String... words) {
    return new Agent(machine, environment, List.of(words));
  }

  /** The settings file: this machine's clusters only, and nothing kept outside of it. */
  Path settings(String... lines) {
    return machine.write(
        "report.conf",
        """
        server=db1
        only=%1$s
        socket_dirs=%1$s/sockets
        state_dir=%1$s/state
        size_interval=0
        timeout=3
        %2$s
        """
            .formatted(machine.path(), String.join("\n", lines)));
  }

  Outcome run(Path settings, String... options) {
    return Outcome.of(environment, command(settings, options));
  }

  List<String> command(Path settings, String... options) {
    List<String> command = new ArrayList<>(shell);
    command.add(SCRIPT.toString());
    command.add("--config");
    command.add(settings.toString());
    command.addAll(List.of(options));
    return command;
  }

  /** What would be sent; checked against the schema, and to be UTF-8 without any doubt. */
  JsonNode report(String... settings) {
    Outcome outcome = run(settings(settings), "--print");
    outcome.ok();
    return checked(outcome.bytes());
  }

  static JsonNode checked(byte[] document) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
      assertThat(schema().validate(text, InputFormat.JSON)).isEmpty();
      return JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw new AssertionError("the document is not UTF-8", e);
    }
  }

  static Schema schema() {
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Files.readString(SCRIPT.resolveSibling("report.schema.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one instance of a cluster. */
  static JsonNode instance(JsonNode report, Cluster cluster) {
    return instance(report, cluster.data());
  }

  static JsonNode instance(JsonNode report, Path data) {
    List<JsonNode> found = new ArrayList<>();
    report
        .get("instances")
        .forEach(
            node -> {
              if (node.get("dataDirectory").asString().equals(data.toString())) {
                found.add(node);
              }
            });
    assertThat(found).as("instances at %s in %s", data, report).hasSize(1);
    return found.getFirst();
  }
}
