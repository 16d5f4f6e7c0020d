package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Console.Answer;
import io.matriarch.security.Role;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ListsApiTest {

  private static final Console console = Console.get();

  private static final String ENVIRONMENT = Console.fresh("prod");
  private static final String HERD = Console.fresh("orders");
  private static long herd;
  private static long primary;
  private static long near;
  private static long far;
  private static long stopped;

  @BeforeAll
  static void three_servers_at_two_sites() {
    console.make("environments", Map.of("name", ENVIRONMENT));
    herd =
        console.make(
            "herds",
            Map.of(
                "name",
                HERD,
                "environment",
                ENVIRONMENT,
                "systemIdentifier",
                "7312345678901234567"));
    primary = instance("primary", "north", "primary", "write_lsn = '1/40', timeline = 3");
    near = instance("near", "north", "standby", "lag_bytes = 0, lag_at = now(), timeline = 3");
    far =
        instance(
            "far",
            "south",
            "standby",
            "lag_bytes = 5000000000, lag_at = now() - interval '10 s', timeline = 3");
    stopped =
        instance("stopped", "south", "standby", "state = 'stopped', online = false, timeline = 3");
    console
        .jdbc()
        .sql("update instance set upstream_id = :p where instance_id in (:near, :far)")
        .param("p", primary)
        .param("near", near)
        .param("far", far)
        .update();
  }

  private static long instance(String name, String site, String role, String facts) {
    String server = HERD + "-" + name;
    long id =
        console.make(
            "servers",
            Map.of("name", server, "address", server, "site", site, "environment", ENVIRONMENT));
    long instance =
        console
            .jdbc()
            .sql(
                """
                insert into instance (server_id, herd_id, data_directory, port, version, role, state, online, reported_at)
                values (:s, :h, '/srv', 5432, '17.2', :role, :role, true, now()) returning instance_id
                """)
            .param("s", id)
            .param("h", herd)
            .param("role", role)
            .query(Long.class)
            .single();
    console
        .jdbc()
        .sql("update instance set " + facts + " where instance_id = " + instance)
        .update();
    return instance;
  }

  @Test
  void whether_an_instance_should_become_primary_is_edited_by_dbas_and_never_overwritten_unread() {
    Answer before = console.viewer("/api/instances/" + far).get();
    assertThat(before.json("/preference").asString()).isEqualTo("neutral");
    String read = before.header("ETag");

    Answer edited =
        console
            .dba("/api/instances/" + far)
            .header("If-Match", read)
            .patch("{\"preference\":\"avoid\"}");
    assertThat(edited.status()).isEqualTo(200);
    assertThat(edited.json("/preference").asString()).isEqualTo("avoid");
    Answer lost =
        console
            .dba("/api/instances/" + far)
            .header("If-Match", read)
            .patch("{\"preference\":\"never\"}");
    assertProblem(lost, 412, "lost-update");
    assertThat(lost.json("/differences/preference").asString()).contains("AVOID");
    assertProblem(
        console
            .dba("/api/instances/" + far)
            .header("If-Match", "*")
            .patch("{\"preference\":\"sometimes\"}"),
        422,
        "invalid-field");
    assertThat(
            console
                .operator("/api/instances/" + far)
                .header("If-Match", "*")
                .patch("{\"preference\":\"never\"}")
                .status())
        .isEqualTo(403);
    console
        .dba("/api/instances/" + far)
        .header("If-Match", "*")
        .patch("{\"preference\":\"neutral\"}");
  }

  @Test
  void an_instance_has_the_members_of_the_contract() {
    JsonNode shown = console.viewer("/api/instances/" + far).get().json();

    assertThat(shown.get("id").asLong()).isEqualTo(far);
    assertThat(shown.get("server").asString()).isEqualTo(HERD + "-far");
    assertThat(shown.get("serverId").isIntegralNumber()).isTrue();
    assertThat(shown.get("herd").asString()).isEqualTo(HERD);
    assertThat(shown.get("herdId").asLong()).isEqualTo(herd);
    assertThat(shown.get("environment").asString()).isEqualTo(ENVIRONMENT);
    assertThat(shown.get("environmentId").isIntegralNumber()).isTrue();
    assertThat(shown.get("port").asInt()).isEqualTo(5432);
    assertThat(shown.get("version").asString()).isEqualTo("17.2");
    assertThat(shown.get("role").asString()).isEqualTo("standby");
    assertThat(shown.get("state").asString()).isEqualTo("standby");
    assertThat(shown.get("online").asBoolean()).isTrue();
    assertThat(shown.get("timeline").asInt()).isEqualTo(3);
    assertThat(shown.get("lsn").isNull()).isTrue();
    assertThat(shown.get("lagBytes").isIntegralNumber()).isTrue();
    assertThat(shown.get("lagBytes").asLong()).isEqualTo(5_000_000_000L);
    assertThat(shown.get("upstream").asString()).isEqualTo(HERD + "-primary");
    assertThat(shown.get("upstreamId").asLong()).isEqualTo(primary);
    String reported = shown.get("reportedAt").asString();
    assertThat(reported).endsWith("Z");
    assertThat(Instant.parse(reported)).isNotNull();
  }

  @Test
  void unknown_lag_is_null_and_not_zero() {
    assertThat(console.viewer("/api/instances/" + stopped).get().json("/lagBytes").isNull())
        .isTrue();
    assertThat(console.viewer("/api/instances/" + primary).get().json("/lagBytes").isNull())
        .isTrue();
    assertThat(console.viewer("/api/instances/" + near).get().json("/lagBytes").asLong()).isZero();
  }

  @Test
  void the_role_filter_keeps_what_it_names() {
    assertThat(ids("filter=role:standby,herd:" + HERD))
        .containsExactlyInAnyOrder(near, far, stopped);
    assertThat(ids("filter=role:primary,herd:" + HERD)).containsExactly(primary);
  }

  @Test
  void filters_and_text_are_joined_by_and() {
    assertThat(ids("filter=role:standby,environment:" + ENVIRONMENT + ",text:far"))
        .containsExactly(far);
    assertThat(ids("filter=" + enc("herd:" + HERD + ",lagBytes>1000"))).containsExactly(far);
    assertThat(ids("filter=" + enc("herd:" + HERD + ",state:stopped|primary")))
        .containsExactlyInAnyOrder(primary, stopped);
    assertThat(ids("filter=text:nothing-is-named-so")).isEmpty();
  }

  @Test
  void lag_sorts_downwards_with_the_unknown_last() {
    assertThat(ids("sort=-lagBytes,server&filter=role:standby,herd:" + HERD))
        .containsExactly(far, near, stopped);
    assertThat(ids("sort=server&filter=herd:" + HERD)).containsExactly(far, near, primary, stopped);
  }

  @Test
  void pages_count_from_zero_and_do_not_overlap() {
    String list = "sort=server&filter=herd:" + HERD;

    assertThat(ids(list + "&page=0&size=3")).containsExactly(far, near, primary);
    assertThat(ids(list + "&page=1&size=3")).containsExactly(stopped);
    assertThat(ids(list + "&page=2&size=3")).isEmpty();
    assertThat(console.viewer("/api/instances?" + list + "&size=1").get().json("/total").asInt())
        .isEqualTo(4);
  }

  @Test
  void what_cannot_be_understood_is_a_bad_request_that_names_it() {
    for (String query :
        List.of(
            "size=501",
            "size=0",
            "page=-1",
            "page=one",
            "sort=colour",
            "filter=colour:red",
            "filter=role",
            "filter=lagBytes:much",
            "filter=" + enc("herd:\"never closed"),
            "page=99999999&size=500",
            "sort=" + enc("name;drop table server"))) {
      assertProblem(console.viewer("/api/instances?" + query).get(), 400, "bad-parameter");
    }
    assertProblem(console.viewer("/api/instances/one").get(), 400, "bad-parameter");
  }

  @Test
  void hostile_filters_are_values_only() {
    for (String hostile : List.of("'; drop table server; --", "%", "_", "\\", "$1", ":p0", "😀")) {
      assertThat(ids("filter=" + enc("herd:" + hostile))).isEmpty();
    }
    assertThat(ids("filter=" + enc("herd:" + HERD) + ",text:" + enc("%"))).isEmpty();
    assertThat(console.viewer("/api/servers?filter=" + enc("name:\u0000")).get().status())
        .isLessThan(500);
  }

  @Test
  void a_herd_tells_who_reaches_whom_once_that_was_tried() {
    String name = Console.fresh("reach");
    long id = console.make("herds", Map.of("name", name, "environment", ENVIRONMENT));
    assertThat(console.viewer("/api/herds/" + id).get().json("/connectivity").isNull()).isTrue();
    console
        .jdbc()
        .sql(
            """
            insert into herd_connectivity (herd_id, members, at, ways) values (:id, 3, '2026-01-01 12:00+00',
              '[{"from":"console","to":"db1","kind":"ssh","trouble":null},
                {"from":"db1","to":"db2","kind":"replication","trouble":"FATAL: no pg_hba.conf entry"}]')
            """)
        .param("id", id)
        .update();

    JsonNode shown = console.viewer("/api/herds/" + id).get().json("/connectivity");

    assertThat(shown.get("members").asInt()).isEqualTo(3);
    assertThat(Instant.parse(shown.get("at").asString())).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(shown.get("ways").size()).isEqualTo(2);
    assertThat(shown.at("/ways/0/from").asString()).isEqualTo("console");
    assertThat(shown.at("/ways/0/to").asString()).isEqualTo("db1");
    assertThat(shown.at("/ways/0/kind").asString()).isEqualTo("ssh");
    assertThat(shown.at("/ways/0/trouble").isNull()).isTrue();
    assertThat(shown.at("/ways/1/trouble").asString()).isEqualTo("FATAL: no pg_hba.conf entry");
    assertThat(
            console
                .viewer("/api/herds?filter=name:" + name)
                .get()
                .json("/items/0/connectivity")
                .isNull())
        .as("lists leave it out")
        .isTrue();
  }

  @Test
  void a_herd_shows_its_members_and_its_primary() {
    JsonNode shown = console.viewer("/api/herds/" + herd).get().json();

    assertThat(shown.get("name").asString()).isEqualTo(HERD);
    assertThat(shown.get("environment").asString()).isEqualTo(ENVIRONMENT);
    assertThat(shown.get("systemIdentifier").asString()).isEqualTo("7312345678901234567");
    assertThat(shown.get("primary").asString()).isEqualTo(HERD + "-primary");
    assertThat(shown.get("primaryId").asLong()).isEqualTo(primary);
    assertThat(shown.get("members").size()).isEqualTo(4);
    assertThat(shown.get("memberCount").asInt()).isEqualTo(4);
    JsonNode listed = console.viewer("/api/herds?filter=name:" + HERD).get().json("/items/0");
    assertThat(listed).isEqualTo(shown);
  }

  @Test
  void a_dr_pair_names_the_standby_at_the_other_site_and_ranks_the_rest() {
    JsonNode pair = console.viewer("/api/dr-pairs?filter=herd:" + HERD).get().json("/items/0");

    assertThat(pair.get("herd").asString()).isEqualTo(HERD);
    assertThat(pair.get("primary").asString()).isEqualTo(HERD + "-primary");
    assertThat(pair.get("standby").asString()).isEqualTo(HERD + "-far");
    assertThat(pair.get("site").asString()).isEqualTo("south");
    assertThat(pair.get("sameSite").asBoolean()).isFalse();
    assertThat(pair.get("lagBytes").asLong()).isEqualTo(5_000_000_000L);
    assertThat(pair.get("lagAge").asDouble()).isGreaterThanOrEqualTo(10);
    assertThat(pair.get("candidates").valueStream().map(c -> c.get("id").asLong()))
        .containsExactly(far, stopped, near);
    assertThat(console.viewer("/api/dr-pairs/" + herd).get().json("/standby").asString())
        .isEqualTo(HERD + "-far");
  }

  @Test
  void every_list_is_open_to_every_role_and_to_nobody_else() {
    for (String kind :
        List.of(
            "environments",
            "servers",
            "herds",
            "instances",
            "dr-pairs",
            "drills",
            "jobs",
            "actions")) {
      for (Role role : Role.values()) {
        Answer answer = console.as(role, "/api/" + kind).get();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json("/items").isArray()).isTrue();
        assertThat(answer.json("/total").isIntegralNumber()).isTrue();
      }
      Answer refused = console.nobody("/api/" + kind).get();
      assertProblem(refused, 401, "unauthorized");
      assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
      assertProblem(
          console.nobody("/api/" + kind).header("Authorization", "Bearer mtr_wrong").get(),
          401,
          "unauthorized");
    }
  }

  @Test
  void what_is_not_there_is_a_problem_and_no_screen() {
    assertProblem(console.viewer("/api/instances/999999999").get(), 404, "not-found");
    assertProblem(console.viewer("/api/nothing").get(), 404, "not-found");
    Answer refused = console.viewer("/api/instances").send("PUT", "{}");
    assertProblem(refused, 405, "method-not-allowed");
    assertThat(refused.header("Allow")).isEqualTo("GET");
    assertProblem(console.nobody("/api/nothing").get(), 401, "unauthorized");
  }

  @Test
  void the_callers_request_id_is_kept_if_it_is_one() {
    assertThat(
            console.viewer("/api/me").header("X-Request-Id", "abc-1").get().header("X-Request-Id"))
        .isEqualTo("abc-1");
    assertThat(
            console.viewer("/api/me").header("X-Request-Id", "a b\"<").get().header("X-Request-Id"))
        .hasSize(36);
  }

  @Test
  void no_session_is_made() {
    Answer answer = console.viewer("/api/me").get();

    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(answer.json("/role").asString()).isEqualTo("viewer");
    assertThat(answer.header("Cache-Control")).contains("no-store");
  }

  private static List<Long> ids(String query) {
    return console
        .viewer("/api/instances?" + query)
        .get()
        .json("/items")
        .valueStream()
        .map(item -> item.get("id").asLong())
        .toList();
  }

  private static String enc(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
