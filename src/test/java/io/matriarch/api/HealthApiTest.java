package io.matriarch.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.api.Console.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthApiTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern EXAMPLE = Pattern.compile("```haproxy\\n(.*?)```", Pattern.DOTALL);

  private final Console console = Console.get();
  private long herd;
  private long one;
  private long other;

  @BeforeEach
  void a_herd_of_two() {
    // Looks at primaries, which go by the role, would find that there is none behind these rows.
    set("failure.interval", "1 day");
    herd = console.make("herds", Map.of("name", Console.fresh("balanced")));
    one = member("primary");
    other = member("standby");
  }

  private void set(String name, String value) {
    console
        .jdbc()
        .sql("update setting set value = :value where name = :name")
        .param("name", name)
        .param("value", value)
        .update();
  }

  private long member(String state) {
    String server = Console.fresh("balanced-db");
    long id = console.make("servers", Map.of("name", server, "address", server + ".example"));
    return console
        .jdbc()
        .sql(
            """
            insert into instance (server_id, herd_id, data_directory, port, role, state, online, timeline, reported_at,
                                  observed_at, lag_bytes, lag_at)
            values (:server, :herd, '/srv/a', 5432, 'unknown', :state, true, 3, now(), now(),
                    case :state when 'standby' then 1048576 end, case :state when 'standby' then now() end)
            returning instance_id
            """)
        .param("server", id)
        .param("herd", herd)
        .param("state", state)
        .query(Long.class)
        .single();
  }

  private void change(long instance, String assignment) {
    console
        .jdbc()
        .sql("update instance set " + assignment + " where instance_id = :id")
        .param("id", instance)
        .update();
  }

  private Answer ask(long instance, String question) {
    return console.nobody("/health/instances/" + instance + "/" + question).get();
  }

  private void awaitAnswer(long instance, String question, int status, String why) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Answer answer = ask(instance, question);
              assertThat(answer.json("/why").asString()).as(answer.text()).isEqualTo(why);
              assertThat(answer.status()).isEqualTo(status);
              assertThat(answer.json("/up").asBoolean()).isEqualTo(status == 200);
            });
  }

  @Test
  void anybody_may_ask_whether_an_instance_gets_writers_or_readers() {
    awaitAnswer(one, "primary", 200, "primary");
    awaitAnswer(one, "standby", 503, "not a standby");
    awaitAnswer(other, "primary", 503, "not a primary");
    awaitAnswer(other, "standby", 200, "standby");
    Answer answer = ask(one, "primary");
    assertThat(answer.json("/age").asLong()).isBetween(0L, 59L);
    assertThat(answer.json().propertyNames()).containsExactlyInAnyOrder("up", "why", "age");
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }

  @Test
  void lag_is_held_against_the_limit_and_what_is_not_known_is_no_small_lag() {
    awaitAnswer(other, "standby?maxLag=1MB", 200, "standby");
    awaitAnswer(other, "standby?maxLag=1023kB", 503, "lags");
    awaitAnswer(other, "standby?maxLag=5s", 503, "lag is not known");
    change(other, "replayed_at = observed_at - interval '4 seconds'");
    awaitAnswer(other, "standby?maxLag=5s", 200, "standby");
    awaitAnswer(other, "standby?maxLag=3s", 503, "lags");
    change(other, "lag_at = now() - interval '10 minutes'");
    awaitAnswer(other, "standby?maxLag=1MB", 503, "lag is not known");
    change(other, "lag_at = now(), lag_bytes = null");
    awaitAnswer(other, "standby?maxLag=1GB", 503, "lag is not known");
    change(other, "lag_bytes = -1");
    awaitAnswer(other, "standby?maxLag=0B", 200, "standby");
    awaitAnswer(other, "standby?maxLag=0s", 200, "standby");
    assertThat(ask(other, "standby?maxLag=much").status()).isEqualTo(400);
  }

  @Test
  void stale_copied_fenced_lost_and_doubled_primaries_get_no_writers() {
    change(one, "reported_at = now() - interval '10 minutes'");
    awaitAnswer(one, "primary", 503, "stale");
    change(one, "reported_at = now(), copy = true");
    awaitAnswer(one, "primary", 503, "a copy");
    change(one, "copy = false");
    insert("insert into instance_fence (instance_id, how) values (:id, 'test')");
    awaitAnswer(one, "primary", 503, "fenced");
    insert("delete from instance_fence where instance_id = :id");
    insert(
        "insert into failure (herd_id, primary_id, verdict, summary, said) select herd_id, instance_id, 'hung', 'test', '[]' from instance where instance_id = :id");
    awaitAnswer(one, "primary", 503, "does not serve");
    insert("delete from failure where primary_id = :id");
    change(other, "state = 'primary'");
    awaitAnswer(one, "primary", 503, "split brain");
    awaitAnswer(other, "primary", 503, "split brain");
  }

  private void insert(String sql) {
    console.jdbc().sql(sql).param("id", one).update();
  }

  @Test
  void once_a_primary_is_published_no_other_one_gets_writers() {
    console
        .jdbc()
        .sql(
            """
            insert into herd_term (herd_id, term, run_id, published_at, instance_id, address, port, timeline)
            values (:herd, 1, -1, now(), :instance, '192.0.2.7', 5432, 4)
            """)
        .param("herd", herd)
        .param("instance", other)
        .update();

    awaitAnswer(one, "primary", 503, "another primary is published");
  }

  @Test
  void what_does_not_exist_answers_like_what_is_not_known_and_nothing_else_is_there() {
    for (String id : new String[] {"999999999", "0", "-1", "x", "99999999999999999999"}) {
      Answer answer = console.nobody("/health/instances/" + id + "/primary").get();
      assertThat(answer.status()).as(id).isEqualTo(503);
      assertThat(answer.json("/why").asString()).isEqualTo("not known");
    }
    assertThat(console.nobody("/health/instances").get().status()).isEqualTo(404);
    assertThat(console.nobody("/health/instances/1/primary").post("{}").status())
        .isGreaterThanOrEqualTo(400);
  }

  @Test
  void the_example_of_the_documentation_leads_clients_of_a_real_haproxy() throws Exception {
    assumeTrue(TestHaproxy.available(), "HAProxy (package haproxy) is not installed");
    int writers = TestHaproxy.free();
    int readers = TestHaproxy.free();
    try (ServerSocket first = TestHaproxy.named("one");
        ServerSocket second = TestHaproxy.named("other");
        TestHaproxy haproxy = TestHaproxy.start(example(writers, readers, first, second))) {
      awaitClients(haproxy, writers, "one");
      awaitClients(haproxy, readers, "other");
      change(one, "state = 'standby', lag_bytes = 0, lag_at = now()");
      change(other, "state = 'primary'");

      awaitClients(haproxy, writers, "other");
      awaitClients(haproxy, readers, "one");
      change(other, "reported_at = now() - interval '10 minutes'");
      awaitClients(haproxy, writers, "");
    }
  }

  private static void awaitClients(TestHaproxy haproxy, int port, String expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(TestHaproxy.whoAnswers(port)).as(haproxy.log()).isEqualTo(expected));
  }

  private String example(int writers, int readers, ServerSocket first, ServerSocket second)
      throws IOException {
    Matcher found = EXAMPLE.matcher(Files.readString(Path.of("docs/endpoints.md")));
    assertThat(found.find()).isTrue();
    return found
        .group(1)
        .replace("192.0.2.50:5432", "127.0.0.1:" + writers)
        .replace("192.0.2.50:5433", "127.0.0.1:" + readers)
        .replace("192.0.2.11:5432", "127.0.0.1:" + first.getLocalPort())
        .replace("192.0.2.12:5432", "127.0.0.1:" + second.getLocalPort())
        .replace("addr 192.0.2.5 port 8080", "addr 127.0.0.1 port " + console.port())
        .replace("db1-8 ", "db1-" + one + " ")
        .replace("db2-9 ", "db2-" + other + " ");
  }
}
