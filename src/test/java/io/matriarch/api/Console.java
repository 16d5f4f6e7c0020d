package io.matriarch.api;

import io.matriarch.MatriarchApplication;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Tokens;
import io.matriarch.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole application on a free port, with a token of each role; one for all tests here. */
final class Console {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final ConfigurableApplicationContext context;
  private final TestDatabase database;
  private final Map<Role, String> tokens = new EnumMap<>(Role.class);

  private Console(TestDatabase database, ConfigurableApplicationContext context) {
    this.database = database;
    this.context = context;
    for (Role role : Role.values()) {
      String token =
          Access.as(
              Actor.system("test"),
              () ->
                  context
                      .getBean(Tokens.class)
                      .create("test " + role.stored(), role, null)
                      .secret()
                      .reveal());
      tokens.put(role, token);
    }
  }

  private static final class Holder {
    static final Console CONSOLE = begin();
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  static Console get() {
    return Holder.CONSOLE;
  }

  private static Console begin() {
    try {
      TestDatabase database = TestDatabase.fresh();
      Path directory = Files.createTempDirectory("matriarch-api");
      List<String> arguments = new ArrayList<>(database.arguments());
      arguments.add("--server.port=0");
      arguments.add("--matriarch.data-directory=" + directory);
      ConfigurableApplicationContext context =
          SpringApplication.run(MatriarchApplication.class, arguments.toArray(String[]::new));
      Runtime.getRuntime().addShutdownHook(new Thread(context::close));
      return new Console(database, context);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** One answer; a body that is empty reads as a missing node. */
  record Answer(int status, java.net.http.HttpHeaders headers, String text) {
    JsonNode json() {
      return text.isBlank() ? JSON.missingNode() : JSON.readTree(text);
    }

    JsonNode json(String pointer) {
      return json().at(pointer);
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  /** A request being put together. */
  final class Request {
    private final HttpRequest.Builder builder;

    private Request(String path) {
      builder =
          HttpRequest.newBuilder(URI.create(url(path)))
              .timeout(Duration.ofSeconds(30))
              .header("Content-Type", "application/json");
    }

    Request header(String name, String value) {
      builder.header(name, value);
      return this;
    }

    Answer get() {
      return send("GET", "");
    }

    Answer post(String body) {
      return send("POST", body);
    }

    Answer patch(String body) {
      return send("PATCH", body);
    }

    Answer put(String body) {
      return send("PUT", body);
    }

    Answer delete() {
      return send("DELETE", "");
    }

    Answer send(String method, String body) {
      builder.method(
          method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      try {
        HttpResponse<String> response =
            HTTP.send(builder.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.headers(), response.body());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  Request as(Role role, String path) {
    return new Request(path).header("Authorization", "Bearer " + tokens.get(role));
  }

  Request viewer(String path) {
    return as(Role.VIEWER, path);
  }

  Request operator(String path) {
    return as(Role.OPERATOR, path);
  }

  Request dba(String path) {
    return as(Role.DBA, path);
  }

  Request admin(String path) {
    return as(Role.ADMIN, path);
  }

  Request nobody(String path) {
    return new Request(path);
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  int port() {
    return Integer.parseInt(
        java.util.Objects.requireNonNull(
            context.getBean(Environment.class).getProperty("local.server.port")));
  }

  JdbcClient jdbc() {
    return database.jdbc();
  }

  static String json(Object value) {
    return JSON.writeValueAsString(value);
  }

  /** A name that no other test uses. */
  static String fresh(String prefix) {
    return prefix + "-" + NUMBER.incrementAndGet();
  }

  /** Makes something as a dba and returns its id. */
  long make(String kind, Map<String, ?> body) {
    Answer made = dba("/api/" + kind).post(json(body));
    if (made.status() != 201) {
      throw new AssertionError(made.toString());
    }
    return made.json("/id").asLong();
  }
}
