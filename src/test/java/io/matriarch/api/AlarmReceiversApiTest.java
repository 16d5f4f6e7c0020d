package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alarm.TestReceiver;
import io.matriarch.api.Console.Answer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlarmReceiversApiTest {

  private static final String PATH = "/api/alarm-receivers";
  private static final String SECRET = "a-secret-of-at-least-32-characters";

  private final Console console = Console.get();
  private final String name = Console.fresh("receiver");
  private TestReceiver server;

  @BeforeEach
  void open() throws IOException {
    server = TestReceiver.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Map<String, Object> body() {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name);
    body.put("kind", "webhook");
    body.put("address", server.url().toString());
    body.put("problemKinds", List.of("drill"));
    return body;
  }

  private long make() {
    Answer made = console.admin(PATH).post(Console.json(body()));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json("/id").asLong();
  }

  @Test
  void a_webhook_is_added_once_and_its_secret_is_shown_once() {
    Answer first = console.admin(PATH).post(Console.json(body()));
    Answer second = console.admin(PATH).post(Console.json(body()));

    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(first.header("Location")).endsWith(PATH + "/" + first.json("/id"));
    assertThat(first.json("/state").asString()).isEqualTo("nothing sent");
    assertThat(first.json("/leastSeverity").asString()).isEqualTo("warning");
    String secret = first.json("/secret").asString();
    assertThat(secret).hasSizeGreaterThan(32);
    assertThat(second.status()).as(second.text()).isEqualTo(200);
    Answer shown = console.admin(PATH + "/" + first.json("/id")).get();
    assertThat(second.text() + shown.text()).doesNotContain(secret);
  }

  @Test
  void a_secret_of_ones_own_never_comes_back() {
    Map<String, Object> own = body();
    own.put("secret", SECRET);
    Answer made = console.admin(PATH).post(Console.json(own));
    Answer again = console.admin(PATH).post(Console.json(own));
    long id = made.json("/id").asLong();
    Answer fresh = console.admin(PATH + "/" + id + "/secret").post("");

    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(made.text() + again.text()).doesNotContain(SECRET);
    assertThat(fresh.json("/secret").asString()).hasSizeGreaterThan(32);
  }

  @Test
  void it_is_changed_and_forgotten_by_version() {
    String path = PATH + "/" + make();

    assertProblem(console.admin(path).patch("{\"enabled\":false}"), 428, "if-match-required");
    Answer changed = console.admin(path).header("If-Match", "\"1\"").patch("{\"enabled\":false}");
    assertThat(changed.json("/enabled").asBoolean()).as(changed.text()).isFalse();
    assertThat(changed.json("/state").asString()).isEqualTo("disabled");
    assertThat(changed.json("/problemKinds/0").asString()).isEqualTo("drill");
    assertProblem(
        console.admin(path).header("If-Match", "\"1\"").patch("{\"enabled\":true}"),
        412,
        "lost-update");
    Answer all = console.admin(path).header("If-Match", "\"2\"").patch("{\"problemKinds\":null}");
    assertThat(all.json("/problemKinds").isNull()).as(all.text()).isTrue();
    assertThat(console.admin(path).header("If-Match", "\"3\"").delete().status()).isEqualTo(204);
    assertProblem(console.admin(path).get(), 404, "not-found");
    assertProblem(console.admin(path + "/test").post(""), 404, "not-found");
    assertProblem(console.admin(path + "/deliveries").get(), 404, "not-found");
  }

  @Test
  void a_test_says_what_came_back_and_stands_among_the_deliveries() {
    String path = PATH + "/" + make();

    Answer test = console.admin(path + "/test").post("");
    Answer told = console.admin(path + "/deliveries?filter=event:test").get();

    assertThat(test.json("/delivered").asBoolean()).as(test.text()).isTrue();
    assertThat(test.json("/answer").asString()).isEqualTo("HTTP 204");
    assertThat(server.got()).hasSize(1);
    assertThat(told.json("/total").asInt()).as(told.text()).isEqualTo(1);
    assertThat(told.json("/items/0/state").asString()).isEqualTo("delivered");
    assertThat(told.json("/items/0/id").asString()).isEqualTo(server.got().getFirst().delivery());
  }

  @Test
  void wrong_values_are_refused_with_the_field() {
    refused("kind", "pager");
    refused("address", "http://169.254.169.254/");
    refused("address", "not a url");
    refused("secret", "short");
    refused("secret", null);
    refused("environment", "nowhere");
    refused("leastSeverity", "bad");
    refused("problemKinds", List.of("split-brian"));
    refused("unknown", 1);
  }

  private void refused(String field, @Nullable Object value) {
    Map<String, Object> body = body();
    body.put(field, value);
    Answer answer = console.admin(PATH).post(Console.json(body));
    assertProblem(answer, 422, "invalid-field");
    assertThat(answer.json("/field").asString()).isEqualTo(field);
  }

  @Test
  void e_mail_without_a_mail_server_is_refused_with_what_to_set() {
    Map<String, Object> body = body();
    body.put("kind", "e-mail");
    body.put("address", "dba@example.com");

    Answer answer = console.admin(PATH).post(Console.json(body));

    assertProblem(answer, 422, "invalid-field");
    assertThat(answer.text()).contains("spring.mail.host").contains("matriarch.mail.from");
  }

  @Test
  void a_dba_neither_reads_nor_edits() {
    String path = PATH + "/" + make();

    for (Answer answer :
        List.of(
            console.dba(PATH).get(),
            console.dba(path).get(),
            console.dba(path + "/deliveries").get(),
            console.dba(PATH).post(Console.json(body())),
            console.dba(path).header("If-Match", "*").patch("{\"enabled\":false}"),
            console.dba(path).header("If-Match", "*").delete(),
            console.dba(path + "/test").post(""),
            console.dba(path + "/secret").post(""))) {
      assertProblem(answer, 403, "forbidden");
    }
    assertThat(server.got()).isEmpty();
  }
}
