package io.matriarch.postgres;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output of the probe's script, one fact a line, as an instance of an agent's report. Fields
 * that the script did not look at are absent.
 */
final class ProbeAnswer {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Cluster cluster;
  private final Map<String, String> facts = new HashMap<>();
  private final ControlData control = new ControlData();

  private ProbeAnswer(Cluster cluster, LocalCommands.Output output) {
    this.cluster = cluster;
    output.stdout().lines().forEach(this::take);
    if (!facts.containsKey("state")) {
      facts.put("state", "unknown");
      facts.put("error", "the probe exited " + output.exit() + ": " + said(output));
    }
  }

  static ObjectNode document(Cluster cluster, LocalCommands.Output output) {
    return new ProbeAnswer(cluster, output).document();
  }

  private void take(String line) {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    String value = space < 0 ? "" : line.substring(space + 1).strip();
    if (name.equals("control")) {
      control.take(value);
    } else {
      facts.put(name, value);
    }
  }

  private ObjectNode document() {
    ObjectNode document = JSON.createObjectNode();
    document.put("dataDirectory", cluster.dataDirectory());
    document.put("owner", cluster.owner());
    document.put("port", port());
    document.put("socketDirectory", known("sockets", cluster.socketDirectory()));
    document.put("binDirectory", cluster.binDirectory());
    document.put("observedAt", facts.get("clock"));
    document.put("version", facts.get("major"));
    String pid = facts.get("pid");
    document.put("pid", pid == null ? null : Long.valueOf(pid));
    String signal = facts.get("standbySignal");
    if (signal != null) {
      document.put("standbySignal", signal.equals("true"));
    }
    addState(document);
    return document;
  }

  private void addState(ObjectNode document) {
    String state = Objects.requireNonNull(facts.get("state"));
    String error = facts.get("error");
    if (state.equals("running") && !addAnswer(document)) {
      state = "refusing";
      error = "its answer to our query could not be read";
    }
    if (state.equals("stopped")) {
      control.addTo(document);
    }
    document.put("state", state);
    document.put("error", error == null || error.isEmpty() ? null : error);
    if (state.equals("unknown")) {
      document.putNull("online");
    } else {
      document.put("online", state.equals("running"));
    }
  }

  private boolean addAnswer(ObjectNode document) {
    try {
      String sql = facts.get("sql");
      if (sql != null
          && JSON.readTree(sql) instanceof ObjectNode answer
          && answer.path("inRecovery").isBoolean()) {
        document.setAll(answer);
        return true;
      }
      return false;
    } catch (JacksonException e) {
      return false;
    }
  }

  private int port() {
    String port = facts.get("port");
    return port != null && port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : cluster.port();
  }

  private @Nullable String known(String name, @Nullable String otherwise) {
    String value = facts.get(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private static String said(LocalCommands.Output output) {
    String said = output.stderr().strip().replace('\n', ' ');
    return said.isEmpty() ? "no output" : said;
  }
}
