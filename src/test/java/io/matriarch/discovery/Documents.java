package io.matriarch.discovery;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** Documents as an agent sends them, with what a test changes. */
final class Documents {

  private final ObjectNode document = Reporting.JSON.createObjectNode();

  private Documents(String server, Instant sentAt) {
    document.put("format", 1).put("agent", "0.1.0").put("server", server).putNull("token");
    document.put("sentAt", sentAt.toString()).put("intervalSeconds", 30);
    ObjectNode host = document.putObject("host");
    host.put("hostname", server).put("os", "Debian GNU/Linux 12").put("osFamily", "debian");
    host.put("init", "systemd").put("cpus", 4).put("memoryTotalBytes", 16L << 30);
    host.putArray("load").add(0.5).add(0.25).add(0.1);
    document.putArray("instances");
  }

  static Documents of(String server) {
    return at(server, Instant.now());
  }

  static Documents at(String server, Instant sentAt) {
    return new Documents(server, sentAt);
  }

  Documents with(ObjectNode instance) {
    if (!instance.has("observedAt")) {
      instance.put("observedAt", document.get("sentAt").stringValue());
    }
    document.withArray("instances").add(instance);
    return this;
  }

  Documents token(String token) {
    document.put("token", token);
    return this;
  }

  ObjectNode node() {
    return document;
  }

  String json() {
    return document.toString();
  }

  /** A primary that answers. */
  static ObjectNode primary(String identifier, int port, int timeline, String lsn) {
    ObjectNode instance = instance(identifier, port, timeline);
    instance.put("online", true).put("state", "running").put("inRecovery", false);
    instance.put("writeLsn", lsn).put("standbySignal", false);
    return instance;
  }

  /** A standby that answers and follows the given host and port. */
  static ObjectNode standby(
      String identifier, int port, int timeline, String lsn, String upstreamHost, int upstream) {
    ObjectNode instance = instance(identifier, port, timeline);
    instance.put("online", true).put("state", "running").put("inRecovery", true);
    instance.put("receiveLsn", lsn).put("replayLsn", lsn).put("standbySignal", true);
    ObjectNode from = instance.putObject("upstream");
    from.put("host", upstreamHost).put("port", upstream).put("status", "streaming");
    from.put("senderHost", upstreamHost).put("senderPort", upstream);
    return instance;
  }

  /** A cluster without a process. */
  static ObjectNode stopped(String identifier, int port) {
    ObjectNode instance = instance(identifier, port, 1);
    instance.put("online", false).put("state", "stopped").put("controlState", "shut down");
    instance.put("standbySignal", false);
    return instance;
  }

  static ObjectNode instance(String identifier, int port, int timeline) {
    ObjectNode instance = Reporting.JSON.createObjectNode();
    instance.put("dataDirectory", "/srv/pg/" + port).put("port", port);
    instance.put("systemIdentifier", identifier).put("timeline", timeline);
    instance.put("version", "17.2").put("versionNum", 170002).put("owner", "postgres");
    instance.put("sizeBytes", 1L << 30).put("connections", 3).put("maxConnections", 100);
    instance.putArray("slots");
    instance.putArray("standbys");
    instance.putObject("settings").put("wal_level", "replica");
    return instance;
  }
}
