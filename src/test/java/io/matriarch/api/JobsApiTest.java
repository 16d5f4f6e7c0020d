package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.api.Console.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JobsApiTest {

  private static final Console console = Console.get();
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBWvMBrxpuw3W/rnOSVzPuCFpRRuyzRK5kgAWRPhvB4W";
  private static final Set<String> ENDS =
      Set.of("SUCCEEDED", "FAILED", "FAILED_UNCLEAN", "REFUSED", "CANCELLED", "INTERRUPTED");

  private static long server;
  private static long other;
  private static long instance;

  @BeforeAll
  static void one_server_where_nobody_listens() {
    server = server("127.81.0.90");
    other = server("127.81.0.91");
    long herd = console.make("herds", Map.of("name", Console.fresh("herd")));
    instance =
        console
            .jdbc()
            .sql(
                """
                insert into instance (server_id, herd_id, data_directory, port, version, version_num, owner,
                                      debian_cluster, role, state, online, observed_at, reported_at)
                values (:s, :h, '/srv/17/main', 5432, '17.2', 170002, 'postgres', '17/main',
                        'primary', 'primary', true, now(), now())
                returning instance_id
                """)
            .param("s", server)
            .param("h", herd)
            .query(Long.class)
            .single();
  }

  private static long server(String address) {
    return console.make(
        "servers",
        Map.of(
            "name",
            Console.fresh("away"),
            "address",
            address,
            "sshPort",
            1,
            "hostKeys",
            List.of(KEY)));
  }

  @Test
  void the_catalogue_tells_targets_options_and_role() {
    JsonNode stop =
        console
            .viewer("/api/actions")
            .get()
            .json("/items")
            .valueStream()
            .filter(action -> action.get("name").asString().equals("instance.stop"))
            .findFirst()
            .orElseThrow();

    assertThat(stop.at("/targets/0").asString()).isEqualTo("instance");
    assertThat(stop.get("role").asString()).isEqualTo("operator");
    assertThat(stop.get("options").valueStream().map(o -> o.get("name").asString()))
        .contains("mode");
  }

  @Test
  void a_viewer_may_preview_and_sees_checks_steps_and_commands() {
    Answer preview = console.viewer("/api/jobs/preview").post(stop(""));
    JsonNode target = preview.json("/targets/0");

    assertThat(preview.status()).as(preview.text()).isEqualTo(200);
    assertThat(target.at("/target/instance").asLong()).isEqualTo(instance);
    assertThat(target.get("checks").isEmpty()).isFalse();
    assertThat(target.at("/steps/0/describe").asString()).isNotBlank();
    assertThat(target.at("/steps/0/commands").toString()).contains("17");
    assertThat(target.get("planHash").asString()).isNotBlank();
    assertThat(preview.json("/planHash").asString()).isNotBlank();
  }

  @Test
  void a_viewer_may_not_submit() {
    assertProblem(console.viewer("/api/jobs").post(stop("")), 403, "forbidden");
    assertProblem(console.viewer("/api/jobs").post("{}"), 403, "forbidden");
  }

  @Test
  void a_plan_that_is_no_longer_true_is_a_conflict() {
    assertProblem(
        console.operator("/api/jobs").post(stop(",\"planHash\":\"stale\"")), 409, "stale-plan");
  }

  @Test
  void what_is_unknown_is_named() {
    String target = "\"targets\":[{\"server\":" + server + "}]";
    for (Map.Entry<String, String> wrong :
        Map.of(
                "{\"action\":\"server.dance\"," + target + "}",
                "server.dance",
                "{\"action\":\"Server Dance\"," + target + "}",
                "Server Dance",
                "{\"action\":\"server.check\",\"targets\":[{\"server\":999999}]}",
                "999999",
                "{\"action\":\"server.check\",\"targets\":[]}",
                "0 targets",
                "{\"action\":\"server.check\",\"targets\":[{}]}",
                "targets",
                "{\"action\":\"server.check\",\"targets\":[{\"host\":1}]}",
                "host",
                "{\"action\":\"server.check\"," + target + ",\"options\":{\"x\":1}}",
                "x",
                "{\"action\":\"server.check\"," + target + ",\"parallelism\":0}",
                "parallelism",
                "{" + target + "}",
                "action")
            .entrySet()) {
      Answer refused = console.operator("/api/jobs").post(wrong.getKey());
      assertThat(refused.status()).as(refused.text()).isEqualTo(422);
      assertThat(refused.json("/detail").asString()).contains(wrong.getValue());
    }
  }

  @Test
  void a_job_is_accepted_watched_and_retried() {
    Answer accepted = console.operator("/api/jobs").post(check());
    long job = accepted.json("/id").asLong();

    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    assertThat(accepted.header("Location")).endsWith("/api/jobs/" + job);
    JsonNode ended = ended(job);
    assertThat(ended.get("state").asString()).isEqualTo("FAILED");
    assertThat(ended.get("action").asString()).isEqualTo("server.check");
    assertThat(ended.at("/runs/0/target/server").asLong()).isEqualTo(server);
    assertThat(ended.at("/runs/0/message").asString()).isNotBlank();
    assertThat(ended.at("/runs/0/steps/0/state").asString()).isEqualTo("FAILED");
    assertThat(ended.at("/runs/0/steps/0/commands/0/command").asString()).isNotBlank();
    assertProblem(console.operator("/api/jobs/" + job + "/cancel").post(""), 409, "conflict");

    Answer retried = console.operator("/api/jobs/" + job + "/retry").post("");
    assertThat(retried.status()).as(retried.text()).isEqualTo(202);
    assertThat(ended(retried.json("/id").asLong()).get("retryOf").asLong()).isEqualTo(job);
    assertThat(
            console
                .viewer("/api/jobs?filter=action:server.check&sort=-id&size=1")
                .get()
                .json("/items/0/id")
                .asLong())
        .isGreaterThanOrEqualTo(job);
    assertProblem(console.viewer("/api/jobs/" + job + "/retry").post(""), 403, "forbidden");
  }

  @Test
  void the_log_goes_on_after_the_last_line_that_was_seen() {
    long job = console.operator("/api/jobs").post(check()).json("/id").asLong();
    ended(job);
    JsonNode log = console.viewer("/api/jobs/" + job + "/log").get().json();
    JsonNode first = log.at("/items/0");
    long next = log.get("next").asLong();

    assertThat(first.propertyNames()).contains("seq", "at", "run", "step", "stream", "text");
    JsonNode rest =
        console.viewer("/api/jobs/" + job + "/log?after=" + first.get("seq")).get().json();
    assertThat(rest.get("items").size()).isEqualTo(log.get("items").size() - 1);
    JsonNode end = console.viewer("/api/jobs/" + job + "/log?after=" + next).get().json();
    assertThat(end.get("items").isEmpty()).isTrue();
    assertThat(end.get("next").asLong()).isEqualTo(next);
  }

  @Test
  void a_key_makes_one_job_of_two_requests() {
    String key = Console.fresh("key");
    Answer first = console.operator("/api/jobs").header("Idempotency-Key", key).post(check());
    Answer second = console.operator("/api/jobs").header("Idempotency-Key", key).post(check());

    assertThat(second.status()).isEqualTo(202);
    assertThat(second.json("/id").asLong()).isEqualTo(first.json("/id").asLong());
    assertThat(console.operator("/api/jobs").header("Idempotency-Key", key).post(stop("")).status())
        .isEqualTo(422);
  }

  @Test
  void a_job_that_is_not_there_is_not_found() {
    assertProblem(console.viewer("/api/jobs/999999").get(), 404, "not-found");
    assertProblem(console.viewer("/api/jobs/999999/log").get(), 404, "not-found");
    assertProblem(console.operator("/api/jobs/999999/cancel").post(""), 404, "not-found");
    assertProblem(console.operator("/api/jobs/999999/retry").post(""), 404, "not-found");
  }

  @Test
  void a_job_for_later_waits_shows_its_window_and_waves_and_can_be_cancelled() {
    Instant opens = Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
    String more =
        ",\"notBefore\":\"%s\",\"notAfter\":\"%s\",\"canary\":1,\"waveSize\":1,\"wavePauseSeconds\":30}"
            .formatted(opens, opens.plusSeconds(3600));
    String body = "{\"action\":\"server.check\",\"targets\":[%s,%s]%s";
    String two = body.formatted(target(server), target(other), more);

    JsonNode preview = console.viewer("/api/jobs/preview").post(two).json();
    assertThat(preview.at("/targets/0/wave").asInt()).isEqualTo(1);
    assertThat(preview.at("/targets/1/wave").asInt()).isEqualTo(2);
    String key = Console.fresh("key");
    Answer accepted = console.operator("/api/jobs").header("Idempotency-Key", key).post(two);
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    long job = accepted.json("/id").asLong();

    JsonNode shown = console.viewer("/api/jobs/" + job).get().json();
    assertThat(shown.get("state").asString()).isEqualTo("QUEUED");
    assertThat(Instant.parse(shown.get("notBefore").asString())).isEqualTo(opens);
    assertThat(Instant.parse(shown.get("notAfter").asString())).isEqualTo(opens.plusSeconds(3600));
    assertThat(shown.get("canary").asInt()).isEqualTo(1);
    assertThat(shown.get("waveSize").asInt()).isEqualTo(1);
    assertThat(shown.get("wavePauseSeconds").asInt()).isEqualTo(30);
    assertThat(shown.at("/runs/1/wave").asInt()).isEqualTo(2);
    assertThat(shown.at("/runs/1/waitsFor").asString()).isEqualTo("its window to open");
    assertThat(
            console
                .viewer("/api/jobs?filter=scheduled:true&sort=notBefore")
                .get()
                .json("/items")
                .valueStream()
                .map(item -> item.get("id").asLong()))
        .contains(job);
    assertThat(
            console
                .operator("/api/jobs")
                .header("Idempotency-Key", key)
                .post(body.formatted(target(server), target(other), "}"))
                .status())
        .isEqualTo(422);
    assertThat(console.operator("/api/jobs/" + job + "/cancel").post("").status()).isEqualTo(202);
    assertThat(ended(job).get("state").asString()).isEqualTo("CANCELLED");
  }

  @Test
  void a_window_or_wave_that_makes_no_sense_is_refused_and_told_what_to_do() {
    String one = "{\"action\":\"server.check\",\"targets\":[" + target(server) + "],";
    for (Map.Entry<String, String> wrong :
        Map.of(
                "\"notBefore\":\"tonight\"", "no instant with its zone",
                "\"notBefore\":\"2026-11-28T02:00:00\"", "no instant with its zone",
                "\"notBefore\":1795831200", "notBefore has a value of the wrong kind",
                "\"notBefore\":\"2020-01-01T02:00:00Z\"", "leave it out to begin at once",
                "\"notAfter\":\"2020-01-01T02:00:00+01:00\"", "choose a window to come",
                "\"notAfter\":\"2999-01-01T02:00:00Z\"", "at most 31 days",
                "\"canary\":1", "canary 1: of 1 targets no other would wait",
                "\"waveSize\":0", "waveSize 0",
                "\"wavePauseSeconds\":5", "one wave only")
            .entrySet()) {
      for (String path : List.of("/api/jobs", "/api/jobs/preview")) {
        Answer refused = console.operator(path).post(one + wrong.getKey() + "}");
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json("/detail").asString()).contains(wrong.getValue());
      }
    }
  }

  private static String target(long server) {
    return "{\"server\":" + server + "}";
  }

  private static JsonNode ended(long job) {
    return await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> console.viewer("/api/jobs/" + job).get().json(),
            shown -> ENDS.contains(shown.get("state").asString()));
  }

  private static String check() {
    return "{\"action\":\"server.check\",\"targets\":[{\"server\":" + server + "}]}";
  }

  private static String stop(String more) {
    return "{\"action\":\"instance.stop\",\"targets\":[{\"instance\":"
        + instance
        + "}],\"options\":{\"mode\":\"fast\"},\"parallelism\":8"
        + more
        + "}";
  }
}
