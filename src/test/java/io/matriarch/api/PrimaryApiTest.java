package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.api.Console.Answer;
import io.matriarch.inventory.Reigns;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PrimaryApiTest {

  private final Console console = Console.get();
  private final String name = Console.fresh("orders");
  private long herd;
  private long instance;

  @BeforeEach
  void a_herd_with_a_primary() {
    herd = console.make("herds", Map.of("name", name));
    String server = Console.fresh("db");
    long id = console.make("servers", Map.of("name", server, "address", server + ".example"));
    instance =
        console
            .jdbc()
            .sql(
                """
                insert into instance (server_id, herd_id, data_directory, port, role, state, online, timeline, reported_at)
                values (:server, :herd, '/srv/a', 5432, 'primary', 'primary', true, 3, now())
                returning instance_id
                """)
            .param("server", id)
            .param("herd", herd)
            .query(Long.class)
            .single();
  }

  private String path() {
    return "/api/herds/" + herd + "/primary";
  }

  private void publish(long term) {
    console
        .jdbc()
        .sql(
            """
            insert into herd_term (herd_id, term, run_id, published_at, instance_id, address, port, timeline)
            values (:herd, :term, -:term, now(), :instance, '192.0.2.7', 5433, 4)
            """)
        .param("herd", herd)
        .param("term", term)
        .param("instance", instance)
        .update();
  }

  @Test
  void before_any_term_it_is_who_was_last_seen() {
    Answer answer = console.viewer(path()).get();

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json("/herd").asString()).isEqualTo(name);
    assertThat(answer.json("/term").isNull()).isTrue();
    assertThat(answer.json("/publishedAt").isNull()).isTrue();
    assertThat(answer.json("/instance").asLong()).isEqualTo(instance);
    assertThat(answer.json("/address").asString()).endsWith(".example");
    assertThat(answer.json("/timeline").asInt()).isEqualTo(3);
    assertThat(answer.json("/observedAt").asString()).isNotBlank();
  }

  @Test
  void a_published_term_is_what_counts_and_the_last_one_wins() {
    publish(1);
    publish(2);
    Answer answer = console.viewer(path() + "?after=1&wait=20").get();

    assertThat(answer.json("/term").asLong()).isEqualTo(2);
    assertThat(answer.json("/address").asString()).isEqualTo("192.0.2.7");
    assertThat(answer.json("/port").asInt()).isEqualTo(5433);
    assertThat(answer.header("Cache-Control")).contains("no-store");
  }

  @Test
  void who_waits_is_told_when_a_later_term_is_published() throws Exception {
    publish(1);
    CompletableFuture<Answer> told =
        CompletableFuture.supplyAsync(
            () -> console.viewer(path() + "?after=1&wait=60").get(), Thread::startVirtualThread);
    await().atMost(Duration.ofSeconds(20)).until(() -> console.bean(Reigns.class).isAwaited(herd));
    assertThat(told).isNotDone();
    publish(2);

    assertThat(told.get(30, TimeUnit.SECONDS).json("/term").asLong()).isEqualTo(2);
  }

  @Test
  void a_wait_that_is_over_is_answered_with_what_is() {
    publish(1);

    assertThat(console.viewer(path() + "?after=1&wait=1").get().json("/term").asLong()).isOne();
  }

  @Test
  void what_cannot_be_is_refused() {
    assertThat(console.viewer(path() + "?wait=61").get().status()).isEqualTo(400);
    assertThat(console.nobody(path()).get().status()).isEqualTo(401);
    assertProblem(console.viewer("/api/herds/999999/primary").get(), 404, "not-found");
    long empty = console.make("herds", Map.of("name", Console.fresh("empty")));
    assertProblem(console.viewer("/api/herds/" + empty + "/primary").get(), 404, "not-found");
  }
}
