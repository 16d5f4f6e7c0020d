package io.matriarch.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DrillsApiTest {

  private final Console console = Console.get();

  /** One that never left, since a check refused it. */
  private long refused(String herd) {
    long environment = console.make("environments", Map.of("name", Console.fresh("env")));
    long id =
        console.make("herds", Map.of("name", herd, "environment", environmentName(environment)));
    return console
        .jdbc()
        .sql(
            """
            with j as (
              insert into job (action, label, options, plan_hash, requested_by, requested_role, origin, state, ended_at)
              values ('herd.drill', 'Drill DR', '{"values": {"holdMinutes": "10"}}', 'x', 'dora', 'dba', 'screen', 'REFUSED', now())
              returning job_id),
            r as (
              insert into run (job_id, ordinal, target_kind, target_id, target_name, herd_id, environment_id, state, plan, plan_hash, message, ended_at)
              select job_id, 0, 'HERD', :herd, :name, :herd, :environment, 'REFUSED', '{}', 'x', 'no standby elsewhere', now() from j)
            select job_id from j
            """)
        .param("herd", id)
        .param("name", herd)
        .param("environment", environment)
        .query(Long.class)
        .single();
  }

  private String environmentName(long id) {
    return console.viewer("/api/environments/" + id).get().json("/name").asString();
  }

  @Test
  void a_drill_that_did_not_begin_says_so_in_list_detail_and_report() {
    String herd = Console.fresh("drilled");
    long job = refused(herd);

    JsonNode listed = console.viewer("/api/drills?filter=id:" + job).get().json("/items/0");
    assertThat(listed.get("state").asString()).isEqualTo("not switched");
    assertThat(listed.get("failedHerds").asInt()).isOne();
    assertThat(listed.get("stallMillis").isNull()).isTrue();
    JsonNode shown = console.viewer("/api/drills/" + job).get().json("/herds/0");
    assertThat(shown.get("herd").asString()).isEqualTo(herd);
    assertThat(shown.get("there").get("message").asString()).isEqualTo("no standby elsewhere");
    assertThat(shown.get("back").isNull()).isTrue();
    Console.Answer report = console.viewer("/api/drills/" + job + "/report.pdf").get();
    assertThat(report.status()).isEqualTo(200);
    assertThat(report.text()).startsWith("%PDF-");
  }

  @Test
  void another_job_is_no_drill() {
    assertThat(console.viewer("/api/drills/987654321").get().status()).isEqualTo(404);
    assertThat(console.viewer("/api/drills/987654321/report.pdf").get().status()).isEqualTo(404);
  }

  @Test
  void an_environment_says_how_long_clients_may_wait() {
    String name = Console.fresh("env");
    long id =
        console.make(
            "environments",
            Map.of("name", name, "stallObjectiveMillis", 500, "lagObjectiveSeconds", 5));

    JsonNode shown = console.viewer("/api/environments/" + id).get().json();
    assertThat(shown.get("stallObjectiveMillis").asInt()).isEqualTo(500);
    assertThat(shown.get("lagObjectiveSeconds").asInt()).isEqualTo(5);
    Console.Answer refused =
        console
            .dba("/api/environments")
            .post(Console.json(Map.of("name", name + "x", "lagObjectiveSeconds", 0)));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text()).contains("lagObjectiveSeconds");
  }
}
