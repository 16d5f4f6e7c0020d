package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Console.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DnsRecordsApiTest {

  private static final String SECRET = "bWF0cmlhcmNoLXRlc3Qta2V5LW5vdC1hLXNlY3JldA==";

  private final Console console = Console.get();
  private final String herd = Console.fresh("orders");

  @BeforeEach
  void a_herd() {
    console.make("herds", Map.of("name", herd));
  }

  private Map<String, Object> body(String name) {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name + "." + herd + ".example.com");
    body.put("herd", herd);
    body.put("zone", "example.com");
    body.put("updateServer", "192.0.2.53:5353");
    body.put("keyName", "update");
    body.put("secret", SECRET);
    return body;
  }

  @Test
  void a_record_is_added_once_and_its_secret_is_never_shown() {
    String body = Console.json(body("one"));
    Answer first = console.dba("/api/dns-records").post(body);
    Answer second = console.dba("/api/dns-records").post(body);

    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(first.header("Location")).endsWith("/api/dns-records/" + first.json("/id"));
    assertThat(first.json("/ttl").asInt()).isEqualTo(30);
    assertThat(first.json("/type").asString()).isEqualTo("A");
    assertThat(second.status()).as(second.text()).isEqualTo(200);
    Answer listed = console.viewer("/api/dns-records?filter=herd:" + herd).get();
    assertThat(listed.json("/items/0/updateServer").asString()).isEqualTo("192.0.2.53:5353");
    assertThat(first.text() + second.text() + listed.text()).doesNotContain(SECRET);
  }

  @Test
  void it_is_changed_and_forgotten_by_version() {
    long id = console.make("dns-records", body("two"));
    String path = "/api/dns-records/" + id;

    assertProblem(console.dba(path).patch("{\"ttl\":60}"), 428, "if-match-required");
    Answer changed = console.dba(path).header("If-Match", "\"1\"").patch("{\"ttl\":60}");
    assertThat(changed.json("/ttl").asInt()).as(changed.text()).isEqualTo(60);
    assertProblem(
        console.dba(path).header("If-Match", "\"1\"").patch("{\"ttl\":61}"), 412, "lost-update");
    assertThat(console.dba(path).header("If-Match", "\"2\"").delete().status()).isEqualTo(204);
    assertProblem(console.viewer(path).get(), 404, "not-found");
  }

  @Test
  void wrong_values_are_refused_with_the_field() {
    refused("herd", "nowhere");
    refused("zone", "example.org");
    refused("type", "MX");
    refused("ttl", 0);
    refused("updateServer", "a b");
    refused("secret", null);
    refused("secret", "not base64!");
    refused("servers", List.of("x:0"));
  }

  private void refused(String field, @Nullable Object value) {
    Map<String, Object> body = body("three");
    body.put(field, value);
    Answer answer = console.dba("/api/dns-records").post(Console.json(body));
    assertProblem(answer, 422, "invalid-field");
    assertThat(answer.text()).doesNotContain(SECRET).doesNotContain("not base64!");
  }

  @Test
  void an_operator_may_not() {
    assertThat(console.operator("/api/dns-records").post(Console.json(body("four"))).status())
        .isEqualTo(403);
  }
}
