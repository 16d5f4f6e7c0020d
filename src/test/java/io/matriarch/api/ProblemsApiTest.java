package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Console.Answer;
import io.matriarch.security.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProblemsApiTest {

  private final Console console = Console.get();
  private final String server = Console.fresh("db");
  private long id;

  @BeforeEach
  void a_server_whose_clock_is_wrong() {
    long serverId = console.make("servers", Map.of("name", server, "address", server));
    console
        .jdbc()
        .sql(
            """
            insert into server_report (server_id, interval_seconds, reported_at, clock_skew)
            values (:s, 3600, now(), interval '1 minute')
            """)
        .param("s", serverId)
        .update();
    id =
        console
            .jdbc()
            .sql(
                """
                insert into problem (kind, key, severity, server_id, detail)
                values ('clock-skew', 'clock-skew ' || :s, 'warning', :s, 'the clock is ahead')
                on conflict (key) where ended_at is null do update set last_seen = now()
                returning problem_id
                """)
            .param("s", serverId)
            .query(Long.class)
            .single();
  }

  private String body(Duration span) {
    return Console.json(
        Map.of("until", Instant.now().plus(span).toString(), "owner", "ops", "reason", "planned"));
  }

  @Test
  void a_problem_is_listed_suppressed_and_counted_again() {
    String path = "/api/problems/" + id;
    Answer suppressed = console.dba(path + "/suppress").post(body(Duration.ofDays(2)));

    assertThat(suppressed.status()).as(suppressed.text()).isEqualTo(200);
    assertThat(suppressed.json("/suppressed").asBoolean()).isTrue();
    assertThat(suppressed.json("/suppressedOwner").asString()).isEqualTo("ops");
    assertThat(suppressed.json("/suppressedReason").asString()).isEqualTo("planned");
    assertThat(suppressed.json("/firstSeen").asString()).endsWith("Z");
    String list = "/api/problems?sort=-firstSeen&filter=server:" + server;
    assertThat(console.viewer(list + ",suppressed:true").get().json("/total").asInt()).isOne();
    assertThat(console.viewer(list + ",suppressed:false").get().json("/total").asInt()).isZero();

    Answer lifted = console.dba(path + "/lift").post("");
    assertThat(lifted.json("/suppressed").asBoolean()).as(lifted.text()).isFalse();
    assertThat(console.viewer(list + ",suppressed:false,open:true").get().json("/total").asInt())
        .isOne();
  }

  @Test
  void suppressing_is_for_dbas_and_wants_reason_and_an_end_within_90_days() {
    String path = "/api/problems/" + id + "/suppress";

    assertProblem(console.as(Role.OPERATOR, path).post(body(Duration.ofDays(1))), 403, "forbidden");
    refused(path, body(Duration.ofDays(91)), "until");
    refused(path, "{\"until\":\"tomorrow\",\"reason\":\"x\"}", "until");
    refused(path, "{\"reason\":\"x\"}", "until");
    refused(path, "{\"until\":\"2036-01-01T00:00:00Z\"}", "reason");
    assertProblem(
        console.dba("/api/problems/999999999/suppress").post(body(Duration.ofDays(1))),
        404,
        "not-found");
  }

  private void refused(String path, String body, String field) {
    Answer answer = console.dba(path).post(body);
    assertProblem(answer, 422, "invalid-field");
    assertThat(answer.json("/field").asString()).isEqualTo(field);
  }
}
