package io.matriarch.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Console.Answer;
import io.matriarch.security.Role;
import io.matriarch.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class EditingApiTest {

  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBWvMBrxpuw3W/rnOSVzPuCFpRRuyzRK5kgAWRPhvB4W";

  private final Console console = Console.get();

  @Test
  void a_new_environment_is_created_once_and_then_returned() {
    String body = Console.json(Map.of("name", Console.fresh("env"), "description", "theirs"));
    Answer first = console.dba("/api/environments").post(body);
    Answer second = console.dba("/api/environments").post(body);

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.header("Location")).endsWith("/api/environments/" + first.json("/id"));
    assertThat(first.header("ETag")).isEqualTo("\"1\"");
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json()).isEqualTo(first.json());
  }

  @Test
  void other_content_under_a_taken_name_is_a_conflict() {
    String name = Console.fresh("env");
    console.make("environments", Map.of("name", name, "description", "a"));
    Answer refused =
        console
            .dba("/api/environments")
            .post(Console.json(Map.of("name", name, "description", "b")));

    assertProblem(refused, 409, "conflict");
    assertThat(refused.json("/detail").asString()).contains("description is now \"a\"");
  }

  @Test
  void a_server_is_registered_as_the_contract_says() {
    String environment = Console.fresh("env");
    console.make("environments", Map.of("name", environment));
    String name = Console.fresh("db");
    Map<String, Object> body =
        Map.of(
            "name",
            name,
            "address",
            name + ".example",
            "sshPort",
            2222,
            "sshUser",
            "postgres",
            "hostKeys",
            List.of(KEY),
            "environment",
            environment,
            "site",
            "north");
    Answer made = console.dba("/api/servers").post(Console.json(body));
    Answer again = console.dba("/api/servers").post(Console.json(body));

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json("/agentToken").asString()).startsWith("mta_");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().has("agentToken")).isFalse();
    JsonNode shown = console.viewer("/api/servers/" + made.json("/id")).get().json();
    assertThat(shown.get("name").asString()).isEqualTo(name);
    assertThat(shown.get("sshPort").asInt()).isEqualTo(2222);
    assertThat(shown.get("environment").asString()).isEqualTo(environment);
    assertThat(shown.get("site").asString()).isEqualTo("north");
    assertThat(shown.get("hostKeys").get(0).asString()).isEqualTo(KEY);
    assertThat(shown.get("reportedAt").isNull()).isTrue();
    assertThat(shown.has("agentToken")).isFalse();
  }

  @Test
  void a_patch_changes_only_what_it_names_and_null_empties() {
    String name = Console.fresh("db");
    long id =
        console.make(
            "servers", Map.of("name", name, "address", name, "site", "north", "notes", "n"));
    Answer patched =
        console.dba("/api/servers/" + id).header("If-Match", "\"1\"").patch("{\"site\":null}");

    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.header("ETag")).isEqualTo("\"2\"");
    assertThat(patched.json("/site").isNull()).isTrue();
    assertThat(patched.json("/notes").asString()).isEqualTo("n");
  }

  @Test
  void a_monitor_login_is_sealed_and_its_password_never_comes_back(@TempDir Path directory)
      throws Exception {
    String password = "canary-" + Console.fresh("pw");
    String root = Files.readString(new TestAuthority().file(directory));
    String name = Console.fresh("herd");
    Map<String, Object> body =
        Map.of(
            "name",
            name,
            "monitorLogin",
            "matriarch_monitor",
            "monitorPassword",
            password,
            "monitorRootCertificate",
            root);
    Answer made = console.dba("/api/herds").post(Console.json(body));
    Answer again = console.dba("/api/herds").post(Console.json(body));
    assertThat(made.status()).isEqualTo(201);
    assertThat(again.status()).as(again.text()).isEqualTo(200);
    String path = "/api/herds/" + made.json("/id");
    assertThat(made.json("/monitorLogin").asString()).isEqualTo("matriarch_monitor");
    assertThat(made.json("/monitorDatabase").asString()).isEqualTo("postgres");
    assertThat(made.json("/monitorRootFingerprint").asString()).startsWith("SHA-256 ");
    String sealed = sealed(made);

    Answer moved =
        console.dba(path).header("If-Match", "\"1\"").patch("{\"monitorDatabase\":\"app\"}");
    assertThat(moved.status()).isEqualTo(200);
    assertThat(sealed(made)).as("the stored password stays").isEqualTo(sealed);
    Answer elsewhere =
        console.dba(path).header("If-Match", "\"2\"").patch("{\"monitorLogin\":\"other\"}");
    assertThat(elsewhere.status()).isEqualTo(422);
    assertThat(elsewhere.text()).contains("monitorPassword");
    Answer lost =
        console.dba(path).header("If-Match", "\"1\"").patch("{\"monitorDatabase\":\"x\"}");
    assertThat(lost.status()).isEqualTo(412);
    Answer rotated =
        console
            .dba(path)
            .header("If-Match", "\"2\"")
            .patch(Console.json(Map.of("monitorPassword", password + "2")));
    assertThat(rotated.status()).isEqualTo(200);
    assertThat(sealed(made)).isNotEqualTo(sealed);
    Answer unquoted = console.dba(path).header("If-Match", "\"3\"").patch("{\"a\": " + password);

    for (Answer answer : List.of(made, again, moved, elsewhere, lost, rotated, unquoted)) {
      assertThat(answer.text()).doesNotContain(password).doesNotContain(sealed);
    }
    assertThat(
            console
                .jdbc()
                .sql("select coalesce(string_agg(a::text, ' '), '') from audit_event a")
                .query(String.class)
                .single())
        .contains("new password ***")
        .doesNotContain(password);
    assertThat(
            console
                .jdbc()
                .sql("select string_agg(m::text, ' ') from monitor_login m")
                .query(String.class)
                .single())
        .doesNotContain(password);

    Answer ended = console.dba(path).header("If-Match", "\"3\"").patch("{\"monitorLogin\":null}");
    assertThat(ended.json("/monitorLogin").isNull()).isTrue();
    assertThat(
            console
                .operator(path)
                .header("If-Match", "\"4\"")
                .patch("{\"monitorLogin\":\"x\"}")
                .status())
        .isEqualTo(403);
  }

  private String sealed(Answer herd) {
    return console
        .jdbc()
        .sql("select sealed_password from monitor_login where herd_id = :id")
        .param("id", herd.json("/id").asLong())
        .query(String.class)
        .single();
  }

  @Test
  void without_if_match_nothing_is_changed() {
    long id = console.make("herds", Map.of("name", Console.fresh("herd")));

    assertProblem(
        console.dba("/api/herds/" + id).patch("{\"owner\":\"x\"}"), 428, "if-match-required");
    assertProblem(console.dba("/api/herds/" + id).delete(), 428, "if-match-required");
  }

  @Test
  void an_edit_of_an_old_version_is_refused_with_what_changed() {
    long id = console.make("herds", Map.of("name", Console.fresh("herd")));
    console.dba("/api/herds/" + id).header("If-Match", "\"1\"").patch("{\"owner\":\"theirs\"}");
    Answer lost =
        console.admin("/api/herds/" + id).header("If-Match", "\"1\"").patch("{\"owner\":\"mine\"}");

    assertProblem(lost, 412, "lost-update");
    assertThat(lost.json("/version").asInt()).isEqualTo(2);
    assertThat(lost.json("/differences/owner").asString()).contains("theirs").contains("mine");
    assertThat(lost.json("/detail").asString()).contains("token:test dba changed it at");
    assertThat(console.viewer("/api/herds/" + id).get().json("/owner").asString())
        .isEqualTo("theirs");
  }

  @Test
  void a_weak_etag_and_a_wildcard_are_treated_as_rfc_9110_says() {
    long id = console.make("herds", Map.of("name", Console.fresh("herd")));

    assertThat(
            console
                .dba("/api/herds/" + id)
                .header("If-Match", "W/\"1\"")
                .patch("{\"owner\":\"a\"}")
                .status())
        .isEqualTo(412);
    assertThat(
            console
                .dba("/api/herds/" + id)
                .header("If-Match", "*")
                .patch("{\"owner\":\"b\"}")
                .status())
        .isEqualTo(200);
  }

  @Test
  void an_environment_with_children_is_not_deleted_and_they_are_listed() {
    String environment = Console.fresh("env");
    long id = console.make("environments", Map.of("name", environment));
    String herd = Console.fresh("herd");
    long child = console.make("herds", Map.of("name", herd, "environment", environment));
    Answer refused = console.dba("/api/environments/" + id).header("If-Match", "\"1\"").delete();

    assertProblem(refused, 409, "has-children");
    assertThat(refused.json("/children/0").asString()).isEqualTo("herd " + herd);
    assertThat(console.dba("/api/herds/" + child).header("If-Match", "\"1\"").delete().status())
        .isEqualTo(204);
    assertThat(console.dba("/api/environments/" + id).header("If-Match", "\"1\"").delete().status())
        .isEqualTo(204);
    assertProblem(console.viewer("/api/environments/" + id).get(), 404, "not-found");
  }

  @Test
  void an_unknown_member_is_refused_with_its_name() {
    Answer refused = console.dba("/api/herds").post("{\"name\":\"a\",\"enviroment\":\"prod\"}");

    assertProblem(refused, 422, "invalid-field");
    assertThat(refused.json("/field").asString()).isEqualTo("enviroment");
  }

  @Test
  void wrong_values_are_refused_with_the_field() {
    assertField("{\"name\":7,\"address\":\"a\"}", "name");
    assertField("{\"name\":null,\"address\":\"a\"}", "name");
    assertField("{\"address\":\"a\"}", "name");
    assertField("{\"name\":\"a\"}", "address");
    assertField("{\"name\":\"a\",\"address\":\"a b\"}", "address");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"sshPort\":\"22\"}", "sshPort");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"sshPort\":22.5}", "sshPort");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"sshPort\":70000}", "sshPort");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"sshPort\":null}", "sshPort");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"hostKeys\":[null]}", "hostKeys.0");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"hostKeys\":[\"x\"]}", "hostKeys");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"environment\":\"nowhere\"}", "environment");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"kind\":\"VM\"}", "kind");
    assertField("{\"name\":\"a\",\"address\":\"-oProxyCommand=x;\"}", "address");
    assertField("{\"name\":\"a\",\"address\":\"a\",\"sshUser\":\"-l\"}", "sshUser");
  }

  @Test
  void a_body_that_is_no_json_is_a_bad_request() {
    for (String body :
        List.of("{", "[]", "null", "{} {}", "{\"name\":\"a\",\"name\":\"b\"}", "x")) {
      assertProblem(console.dba("/api/herds").post(body), 400, "bad-body");
    }
  }

  @Test
  void a_body_that_is_too_large_is_refused() {
    String body = "{\"name\":\"" + "x".repeat(2_000_000) + "\"}";

    assertProblem(console.dba("/api/herds").post(body), 413, "body-too-large");
  }

  @Test
  void hostile_names_come_back_as_they_were() {
    for (String hostile :
        List.of(
            "'; drop table herd; --",
            "$(id)`id`",
            "<script>alert(1)</script>",
            "\"quoted\" \\ %s {0} ${x} {{x}}",
            "  spaces  ",
            "\u202Eevil ä€😀")) {
      String name = hostile + Console.fresh("");
      long id =
          console.make(
              "herds",
              Map.of(
                  "name", name, "description", hostile + "\n\u001B[31m", "tags", List.of(hostile)));
      Answer shown = console.viewer("/api/herds/" + id).get();

      assertThat(shown.json("/name").asString()).isEqualTo(name);
      assertThat(shown.json("/description").asString()).isEqualTo(hostile + "\n\u001B[31m");
      assertThat(shown.json("/tags/0").asString()).isEqualTo(hostile);
      assertThat(shown.header("Content-Type")).startsWith("application/json");
      assertThat(shown.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
  }

  @Test
  void names_that_cannot_be_are_refused() {
    for (String name : List.of("", " ", "a\nb", "\u001B[31m", "x".repeat(10_000), "a\u0000b")) {
      Answer refused = console.dba("/api/environments").post(Console.json(Map.of("name", name)));
      assertProblem(refused, 422, "invalid-field");
      assertThat(refused.json("/field").asString()).isEqualTo("name");
      assertThat(refused.text().length()).isLessThan(1000);
    }
    assertProblem(
        console.dba("/api/environments").post("{\"name\":\"\\ud800\"}"), 422, "invalid-field");
  }

  @Test
  void editing_is_for_dbas_only_and_each_refusal_is_in_the_trail() {
    long herd = console.make("herds", Map.of("name", Console.fresh("herd")));
    long before = denied();
    for (Role role : List.of(Role.VIEWER, Role.OPERATOR)) {
      for (String kind : List.of("environments", "servers", "herds")) {
        assertProblem(console.as(role, "/api/" + kind).post("{\"name\":\"x\"}"), 403, "forbidden");
        assertProblem(console.as(role, "/api/" + kind).post("nonsense"), 403, "forbidden");
      }
      assertProblem(console.as(role, "/api/herds/" + herd).patch("{}"), 403, "forbidden");
      assertProblem(console.as(role, "/api/herds/" + herd).delete(), 403, "forbidden");
      assertProblem(console.as(role, "/api/servers/1/agent-token").post("{}"), 403, "forbidden");
      assertProblem(console.as(role, "/api/instances/1").delete(), 403, "forbidden");
    }
    assertThat(denied() - before).isEqualTo(20);
  }

  @Test
  void profiles_and_settings_are_for_administrators() {
    JsonNode debian = console.viewer("/api/profiles").get().json("/items/0");
    String path = "/api/profiles/" + debian.get("id");
    String etag = "\"" + debian.get("version") + "\"";

    assertThat(console.dba(path).header("If-Match", etag).patch("{}").status()).isEqualTo(403);
    assertProblem(
        console.admin(path).header("If-Match", etag).patch("{\"stop\":[\"x\",\"{modus}\"]}"),
        422,
        "invalid-field");
    assertThat(
            console
                .admin(path)
                .header("If-Match", etag)
                .patch("{\"description\":\"ours\"}")
                .json("/description")
                .asString())
        .isEqualTo("ours");
    String setting = "{\"was\":\"7 days\",\"value\":\"8 days\"}";
    assertThat(console.dba("/api/settings/instance_sample.keep").patch(setting).status())
        .isEqualTo(403);
    assertThat(
            console
                .admin("/api/settings/instance_sample.keep")
                .patch(setting)
                .json("/value")
                .asString())
        .isEqualTo("8 days");
    assertProblem(
        console.admin("/api/settings/instance_sample.keep").patch(setting), 409, "conflict");
  }

  @Test
  void a_new_agent_token_is_shown_to_a_dba() {
    String name = Console.fresh("db");
    long id = console.make("servers", Map.of("name", name, "address", name));

    assertThat(
            console
                .dba("/api/servers/" + id + "/agent-token")
                .post("{}")
                .json("/agentToken")
                .asString())
        .startsWith("mta_");
    assertProblem(console.dba("/api/servers/999999/agent-token").post("{}"), 404, "not-found");
  }

  private void assertField(String body, String field) {
    Answer refused = console.dba("/api/servers").post(body);
    assertProblem(refused, 422, "invalid-field");
    assertThat(refused.json("/field").asString()).as(body).isEqualTo(field);
  }

  static void assertProblem(Answer answer, int status, String name) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json("/type").asString()).isEqualTo("urn:matriarch:problem:" + name);
    assertThat(answer.json("/status").asInt()).isEqualTo(status);
    assertThat(answer.json("/title").asString()).isNotBlank();
    assertThat(answer.json("/detail").asString()).isNotBlank();
    assertThat(answer.json("/requestId").asString()).isEqualTo(answer.header("X-Request-Id"));
  }

  private long denied() {
    return console
        .jdbc()
        .sql("select count(*) from audit_event where outcome = 'DENIED'")
        .query(Long.class)
        .single();
  }
}
