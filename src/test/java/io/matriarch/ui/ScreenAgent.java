package io.matriarch.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.inventory.Creation;
import io.matriarch.inventory.ServerDraft;
import io.matriarch.inventory.Servers;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An agent on a server of its own, reporting over HTTP. */
final class ScreenAgent {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Screens screens;
  private final String server;
  private final long id;
  private final String token;

  private ScreenAgent(Screens screens, String server, Creation made) {
    this.screens = screens;
    this.server = server;
    this.id = made.id();
    this.token = Objects.requireNonNull(made.secret()).reveal();
  }

  /** In prod, with a pinned host key; nothing answers at its address. */
  static ScreenAgent on(Screens screens, String server, String address) {
    Long prod =
        screens
            .jdbc()
            .sql("select environment_id from environment where name = 'prod'")
            .query(Long.class)
            .single();
    ServerDraft draft =
        new ServerDraft(
            server,
            io.matriarch.inventory.Server.Kind.SSH,
            prod,
            null,
            address,
            1,
            "postgres",
            java.util.List.of(ScreenFleet.HOST_KEY),
            java.util.List.of(),
            null,
            "");
    Creation made =
        Access.as(
            Actor.system("test"), () -> screens.bean(Servers.class).create(draft, Set.of("name")));
    return new ScreenAgent(screens, server, made);
  }

  long server() {
    return id;
  }

  /** A primary that answers, on port 5432. */
  static ObjectNode primary(String identifier, int timeline, String lsn) {
    ObjectNode instance = JSON.createObjectNode();
    instance.put("dataDirectory", "/srv/pg/5432").put("port", 5432);
    instance.put("systemIdentifier", identifier).put("timeline", timeline);
    instance.put("version", "17.2").put("versionNum", 170002).put("owner", "postgres");
    instance.put("online", true).put("state", "running").put("inRecovery", false);
    instance.put("writeLsn", lsn).put("standbySignal", false);
    instance.put("binDirectory", "/usr/lib/postgresql/17/bin");
    instance.putArray("slots");
    instance.putArray("standbys");
    instance.putObject("settings").put("wal_level", "replica");
    return instance;
  }

  static ObjectNode stopped(String identifier, int timeline) {
    ObjectNode instance = primary(identifier, timeline, "0/0");
    instance.putNull("writeLsn").putNull("inRecovery").put("online", false);
    return instance.put("state", "stopped").put("controlState", "shut down");
  }

  void reports(ObjectNode instance) throws Exception {
    reports(JSON.createObjectNode().put("hostname", server).put("os", "Debian 12"), instance);
  }

  void reports(ObjectNode host, ObjectNode instance) throws Exception {
    ObjectNode document = JSON.createObjectNode();
    String now = Instant.now().toString();
    document.put("format", 1).put("agent", "1").put("server", server).put("sentAt", now);
    document.put("intervalSeconds", 3600).set("host", host);
    document.withArray("instances").add(instance.put("observedAt", now));
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(screens.url("api/report")))
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(document.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }
}
