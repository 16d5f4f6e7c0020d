package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Console.Answer;
import io.matriarch.security.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolersApiTest {

  private final Console console = Console.get();
  private final String herd = Console.fresh("orders");
  private final String server = Console.fresh("app");
  private long herdId;

  @BeforeEach
  void a_herd_and_a_server() {
    herdId = console.make("herds", Map.of("name", herd));
    console.make("servers", Map.of("name", server, "address", server));
  }

  private Map<String, Object> body(String name) {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name);
    body.put("herd", herd);
    body.put("server", server);
    body.put("socketDirectory", "/run/" + name);
    body.put("databasesFile", "/etc/pgbouncer/databases.ini");
    body.put("template", "[databases]\napp = host={{.Host}} port={{.Port}}");
    body.put("databases", List.of("app"));
    return body;
  }

  @Test
  void a_pooler_is_added_once_and_then_returned() {
    String body = Console.json(body("one"));
    Answer first = console.dba("/api/poolers").post(body);
    Answer second = console.dba("/api/poolers").post(body);

    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(first.header("Location")).endsWith("/api/poolers/" + first.json("/id"));
    assertThat(first.json("/port").asInt()).isEqualTo(6432);
    assertThat(first.json("/state").asString()).isEqualTo("unseen");
    assertThat(first.json("/observedAt").isNull()).isTrue();
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(
            console
                .viewer("/api/poolers?filter=herd:" + herd + ",state:unseen&sort=-name")
                .get()
                .json("/items/0/server")
                .asString())
        .isEqualTo(server);
  }

  @Test
  void it_is_changed_and_forgotten_by_version() {
    long id = console.make("poolers", body("two"));
    String path = "/api/poolers/" + id;

    assertProblem(console.dba(path).patch("{\"port\":6433}"), 428, "if-match-required");
    Answer changed = console.dba(path).header("If-Match", "\"1\"").patch("{\"port\":6433}");
    assertThat(changed.json("/port").asInt()).isEqualTo(6433);
    assertThat(changed.header("ETag")).isEqualTo("\"2\"");
    assertProblem(
        console.dba(path).header("If-Match", "\"1\"").patch("{\"port\":6434}"), 412, "lost-update");
    assertThat(console.dba(path).header("If-Match", "\"2\"").delete().status()).isEqualTo(204);
    assertProblem(console.viewer(path).get(), 404, "not-found");
  }

  @Test
  void wrong_values_are_refused_with_the_field() {
    refused("herd", "nowhere");
    refused("server", "nowhere");
    refused("databases", List.of());
    refused("template", "[databases]\napp = host=db1");
    refused("databasesFile", "x");
    refused("socketDirectory", null);
  }

  private void refused(String field, @org.jspecify.annotations.Nullable Object value) {
    Map<String, Object> body = body("three");
    body.put(field, value);
    Answer answer = console.dba("/api/poolers").post(Console.json(body));
    assertProblem(answer, 422, "invalid-field");
    assertThat(answer.json("/field").asString()).isEqualTo(field);
  }

  @Test
  void adding_is_for_dbas_and_a_herd_does_not_go_before_its_poolers() {
    assertProblem(
        console.as(Role.OPERATOR, "/api/poolers").post(Console.json(body("four"))),
        403,
        "forbidden");
    console.make("poolers", body("five"));
    assertProblem(
        console.dba("/api/herds/" + herdId).header("If-Match", "\"1\"").delete(),
        409,
        "has-children");
  }
}
