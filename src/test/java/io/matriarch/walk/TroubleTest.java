package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a fleet does to its console: silence, outage, a changed key, a promotion by hand. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TroubleTest {

  private static Demo demo;
  private static Api api;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    demo = Demo.start(directory.resolve("demo"));
    api = demo.api();
    set("probe.interval", "60 seconds", "3 seconds");
    set("report.silent_after", "10", "4");
  }

  private static void set(String name, String was, String value) throws Exception {
    api.patch("admin", "/api/settings/" + name, Map.of("was", was, "value", value), Map.of());
  }

  @AfterAll
  static void remove() throws Exception {
    if (demo != null) {
      demo.close();
    }
  }

  @Test
  @Order(1)
  void an_agent_that_falls_silent_is_shown_and_the_console_looks_itself() throws Exception {
    demo.fleet("agent-stop", "ams-stg1");
    eventually(() -> assertThat(text(api.server("ams-stg1"), "freshness")).isEqualTo("stale"));
    eventually(() -> assertThat(text(api.server("ams-stg1"), "freshness")).isEqualTo("silent"));
    eventually(() -> assertThat(problems("ams-stg1")).containsExactly("agent-silent"));
    assertThat(text(api.instance("ams-stg1", 5432), "state")).isEqualTo("primary");
    // Nobody but the console's own probe can tell what happens now.
    demo.hosts().control("ams-stg1", "search", "stop");
    eventually(
        () -> assertThat(text(api.instance("ams-stg1", 5432), "state")).isEqualTo("stopped"));
    assertThat(text(api.instance("ams-stg1", 5432), "role")).isEqualTo("primary");
    demo.hosts().control("ams-stg1", "search", "start");
    eventually(
        () -> assertThat(text(api.instance("ams-stg1", 5432), "state")).isEqualTo("primary"));
    demo.fleet("agent-start", "ams-stg1");
    eventually(() -> assertThat(text(api.server("ams-stg1"), "freshness")).isEqualTo("fresh"));
    eventually(() -> assertThat(problems("ams-stg1")).isEmpty());
  }

  @Test
  @Order(2)
  void a_server_that_is_down_is_unreachable_with_the_reason_and_not_stopped() throws Exception {
    JsonNode primary = api.instance("fra-db2", 5432);
    demo.fleet("server-stop", "fra-db2");
    JsonNode job = api.ended(api.submit("instance.restart", List.of(primary.get("id").asLong())));
    assertThat(text(job, "state")).as(job.toString()).isEqualTo("FAILED");
    assertThat(job.toString()).contains("fra-db2").contains("refused");
    assertThat(sent(job)).isEmpty();
    // What was seen before the last connection ended may say so; a refused connection never does.
    eventually(
        () -> {
          JsonNode seen = api.instance("fra-db2", 5432);
          assertThat(text(seen, "state")).isEqualTo("unreachable");
          assertThat(text(seen, "role")).isEqualTo("primary");
          assertThat(text(seen, "stateReason")).contains("refused");
          assertThat(text(api.server("fra-db2"), "unreachableReason")).contains("refused");
          assertThat(problems("fra-db2")).contains("server-unreachable");
        });
    demo.fleet("server-start", "fra-db2");
    eventually(
        () -> {
          assertThat(text(api.instance("fra-db2", 5432), "state")).isEqualTo("primary");
          assertThat(api.server("fra-db2").get("unreachableSince").isNull()).isTrue();
          assertThat(problems("fra-db2")).isEmpty();
        });
  }

  @Test
  @Order(3)
  void a_changed_host_key_stops_everything_until_somebody_pins_it() throws Exception {
    JsonNode before = api.server("fra-db1");
    long instance = api.instance("fra-db1", 5432).get("id").asLong();
    demo.fleet("rekey", "fra-db1");
    for (int time = 1; time <= 2; time++) {
      JsonNode job = api.ended(api.submit("instance.reload", List.of(instance)));
      assertThat(text(job, "state")).as(job.toString()).isEqualTo("FAILED");
      assertThat(job.toString()).contains("host key");
      assertThat(sent(job)).isEmpty();
    }
    JsonNode alarmed = api.server("fra-db1");
    assertThat(alarmed.get("hostKeyAlarmAt").isNull()).isFalse();
    assertThat(alarmed.get("hostKeys")).isEqualTo(before.get("hostKeys"));
    eventually(() -> assertThat(problems("fra-db1")).contains("host-key-changed"));

    Api.Answer read = api.read("/api/servers/" + before.get("id").asLong());
    api.patch(
        "dba",
        "/api/servers/" + before.get("id").asLong(),
        Map.of("hostKeys", List.of(demo.hostKey("fra-db1"))),
        Map.of("If-Match", read.etag()));
    JsonNode job = api.ended(api.submit("instance.reload", List.of(instance)));
    assertThat(text(job, "state")).as(job.toString()).isEqualTo("SUCCEEDED");
    assertThat(api.server("fra-db1").get("hostKeyAlarmAt").isNull()).isTrue();
    eventually(() -> assertThat(problems("fra-db1")).isEmpty());
  }

  @Test
  @Order(4)
  void a_standby_promoted_by_hand_is_a_split_brain_with_both_positions_and_timelines()
      throws Exception {
    demo.hosts().control("fra-db1", "orders", "promote");
    eventually(
        () ->
            assertThat(
                    demo.metadata()
                        .sql(
                            "select detail from v_problem where open and kind = 'split-brain' and herd = 'orders' and severity = 'critical'")
                        .query(String.class)
                        .list())
                .singleElement()
                .asString()
                .containsPattern("ams-db1:5432 \\(timeline 1, [0-9A-F]+/[0-9A-F]+\\)")
                .containsPattern("fra-db1:5432 \\(timeline 2, [0-9A-F]+/[0-9A-F]+\\)"));
    assertThat(text(api.instance("fra-db1", 5432), "state")).isEqualTo("primary");
    assertThat(text(api.instance("ams-db1", 5432), "state")).isEqualTo("primary");
  }

  /** Kinds of the open problems of a server and its instances; the disk is this machine's own. */
  private static List<String> problems(String server) throws Exception {
    return demo.metadata()
        .sql(
            "select kind from v_problem where open and server = :server and kind <> 'disk-nearly-full' order by kind")
        .param("server", server)
        .query(String.class)
        .list();
  }

  /** Commands that the job sent to a host. */
  private static List<JsonNode> sent(JsonNode job) throws Exception {
    return api.log(job.get("id").asLong(), 1000).stream()
        .filter(line -> text(line, "stream").equals("command"))
        .toList();
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).asString("");
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(2, TimeUnit.MINUTES).untilAsserted(assertion);
  }
}
