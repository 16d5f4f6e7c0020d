package io.matriarch.pool;

import static io.matriarch.pool.TestPooler.SOON;
import static io.matriarch.pool.TestPooler.answer;
import static io.matriarch.pool.TestPooler.backend;
import static io.matriarch.pool.TestPooler.finish;
import static io.matriarch.pool.TestPooler.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.postgres.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PausingTest {

  private static final PauseToken OURS = new PauseToken("orders", "run-7", 1);
  private static final PauseToken LATER = new PauseToken("orders", "run-7", 2);
  private static final PauseToken STRANGER = new PauseToken("orders", "run-8", 5);
  private static final String HOSTILE = "it's \"a\" $(id) \\; :x * ü";

  private static TestCluster cluster;
  private TestPooler pooler;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = TestCluster.primary();
    TestPooler.sql(cluster, "create database \"" + HOSTILE.replace("\"", "\"\"") + "\"");
  }

  @AfterAll
  static void removeCluster() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void start() throws Exception {
    String to = "host=%s port=%d".formatted(backend(cluster).host(), backend(cluster).port());
    pooler =
        TestPooler.start(
            """
            [databases]
            app = %1$s dbname=postgres
            app-alias.2 = %1$s dbname=postgres
            sess = %1$s dbname=postgres pool_mode=session
            elsewhere = host=/nonexistent port=1 dbname=postgres
            * = %1$s
            """
                .formatted(to));
  }

  @AfterEach
  void remove() throws Exception {
    pooler.close();
  }

  @Test
  void a_pause_holds_and_queries_wait_then_go_on() throws Exception {
    assertThat(pooler.query("app", "select 1")).isEqualTo("1");

    PoolAnswer paused = pooler.pause(OURS, 60, Set.of(backend(cluster)), "app");

    assertThat(paused.message()).isEmpty();
    assertThat(paused.outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(paused.paused()).containsExactlyInAnyOrder("app", "app-alias.2", "sess");
    assertThat(paused.left()).isBetween(seconds(50), seconds(60));
    Process waiting = pooler.client("app", "select 2");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));
    assertThat(pooler.held(OURS, backend(cluster)).outcome()).isEqualTo(PoolOutcome.DONE);

    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.DONE);

    assertThat(finish(waiting)).isEqualTo("2");
    assertThat(pooler.look().databases()).noneMatch(ObservedPooler.Database::paused);
    assertThat(pooler.held(OURS).outcome()).isEqualTo(PoolOutcome.NO_TOKEN);
  }

  @Test
  void the_expiry_resumes_when_nobody_does() throws Exception {
    assertThat(pooler.pause(OURS, 2, Set.of(), "app").done()).isTrue();
    Process waiting = pooler.client("app", "select 3");

    assertThat(finish(waiting)).isEqualTo("3");

    assertThat(pooler.paused("app")).isFalse();
    await().atMost(SOON).until(() -> pooler.expiries().isEmpty());
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.NO_TOKEN);
  }

  @Test
  void the_expiry_holds_nothing_of_the_session_that_armed_it() throws Exception {
    assertThat(pooler.pause(OURS, 60, Set.of(), "app").done()).isTrue();

    // One that was just started has a child for a moment.
    List<ProcessHandle> expiries =
        await().atMost(SOON).until(pooler::expiries, found -> found.size() == 1);

    Path process = Path.of("/proc/" + expiries.getFirst().pid());
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      assertThat(open.map(PausingTest::target)).containsOnly(Path.of("/dev/null"));
    }
    String[] stat = Files.readString(process.resolve("stat")).split(" ");
    assertThat(stat[5]).as("leads a session of its own").isEqualTo(stat[0]);
  }

  @Test
  void the_expiry_of_one_token_never_ends_the_pause_of_another() throws Exception {
    assertThat(pooler.pause(OURS, 8, Set.of(), "app").done()).isTrue();
    assertThat(pooler.pause(LATER, 60, Set.of(), "app").done()).isTrue();
    await().atMost(SOON).until(() -> pooler.expiries().size() == 2);

    await().atMost(SOON).until(() -> pooler.expiries().size() == 1);

    assertThat(pooler.held(LATER).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.held(OURS).outcome()).isEqualTo(PoolOutcome.OTHER_TOKEN);
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.OTHER_TOKEN);
    assertThat(pooler.paused("app")).isTrue();
    assertThat(pooler.resume(LATER).outcome()).isEqualTo(PoolOutcome.DONE);
  }

  @Test
  void an_extended_pause_outlives_its_first_expiry() throws Exception {
    assertThat(pooler.pause(OURS, 8, Set.of(), "app").done()).isTrue();

    PoolAnswer extended =
        answer(PoolCommands.extend(pooler.at(), OURS, Set.of(), Duration.ofSeconds(60)));

    assertThat(extended.done()).isTrue();
    await().atMost(SOON).until(() -> pooler.expiries().size() == 1);
    assertThat(pooler.held(OURS).left()).isGreaterThan(seconds(30));
  }

  @Test
  void a_pause_whose_client_and_script_were_killed_can_be_resumed() throws Exception {
    Process busy = pooler.client("app", "begin; select 1");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().servers(), 1));
    LocalCommand pause =
        PoolCommands.pause(pooler.at(), OURS, Set.of("app"), Set.of(), seconds(20), seconds(60));
    Process pausing = pooler.begin(pause);
    await().atMost(SOON).until(() -> pooler.paused("app"));

    pausing.descendants().forEach(ProcessHandle::destroyForcibly);
    pausing.destroyForcibly().waitFor();

    assertThat(pooler.paused("app")).isTrue();
    assertThat(pooler.held(OURS).outcome()).isEqualTo(PoolOutcome.LOST);
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.paused("app")).isFalse();
    assertThat(finish(busy)).isEqualTo("1");
  }

  @Test
  void a_pause_whose_client_was_killed_resumes_all_and_says_so() throws Exception {
    Process busy = pooler.client("app-alias.2", "begin; select 1");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().servers(), 1));
    Set<String> both = Set.of("app", "app-alias.2");
    Process pausing =
        pooler.begin(
            PoolCommands.pause(pooler.at(), OURS, both, Set.of(), seconds(20), seconds(60)));
    await().atMost(SOON).until(() -> pooler.paused("app-alias.2"));

    pausing
        .descendants()
        .filter(p -> p.info().command().orElse("").endsWith("/psql"))
        .forEach(ProcessHandle::destroyForcibly);

    assertThat(pausing.waitFor()).isEqualTo(PoolOutcome.NOT_PAUSED.exit());
    assertThat(pooler.look().databases()).noneMatch(ObservedPooler.Database::paused);
    assertThat(finish(busy)).isEqualTo("1");
  }

  @Test
  void a_resume_by_somebody_else_ends_a_pause_that_waits_at_its_limit() throws Exception {
    Process busy = pooler.client("app", "begin; select 1");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().servers(), 1));
    CompletableFuture<PoolAnswer> pausing =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return answer(
                    PoolCommands.pause(
                        pooler.at(), OURS, Set.of("app"), Set.of(), seconds(8), seconds(60)));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    await().atMost(SOON).until(() -> pooler.paused("app"));

    pooler.admin("RESUME app");

    PoolAnswer answer = pausing.get(60, TimeUnit.SECONDS);
    assertThat(answer.outcome()).isEqualTo(PoolOutcome.NOT_PAUSED);
    assertThat(pooler.paused("app")).isFalse();
    assertThat(pooler.held(OURS).outcome()).isEqualTo(PoolOutcome.NO_TOKEN);
    assertThat(finish(busy)).isEqualTo("1");
  }

  @Test
  void a_session_pool_with_an_idle_client_fails_the_pause_and_everything_is_resumed()
      throws Exception {
    Process idle = pooler.client("sess", "select 1");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().servers(), 1));

    PoolAnswer answer = pooler.pause(OURS, 60, Set.of(), "app", "sess");

    assertThat(answer.outcome()).isEqualTo(PoolOutcome.NOT_PAUSED);
    assertThat(answer.message()).contains("no answer within 1 s").contains("all were resumed");
    assertThat(pooler.look().databases()).noneMatch(ObservedPooler.Database::paused);
    assertThat(pooler.held(OURS).outcome()).isEqualTo(PoolOutcome.NO_TOKEN);
    assertThat(pooler.query("app", "select 4")).isEqualTo("4");
    assertThat(finish(idle)).isEqualTo("1");
  }

  @Test
  void a_database_made_by_the_wildcard_is_paused_by_where_it_leads() throws Exception {
    assertThat(pooler.query(HOSTILE, "select current_database()")).isEqualTo(HOSTILE);

    PoolAnswer answer = pooler.pause(OURS, 60, Set.of(backend(cluster)));

    assertThat(answer.paused())
        .containsExactlyInAnyOrder("app", "app-alias.2", "sess", HOSTILE)
        .doesNotContain("elsewhere");
    Process waiting = pooler.client(HOSTILE, "select 5");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));
    assertThat(pooler.held(OURS, backend(cluster)).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(finish(waiting)).isEqualTo("5");
  }

  @Test
  void a_database_that_a_client_opens_during_the_pause_is_a_pause_lost() throws Exception {
    assertThat(pooler.pause(OURS, 60, Set.of(backend(cluster)), "app").done()).isTrue();

    assertThat(pooler.query("template1", "select 6")).isEqualTo("6");

    PoolAnswer answer = pooler.held(OURS, backend(cluster));
    assertThat(answer.outcome()).isEqualTo(PoolOutcome.LOST);
    assertThat(answer.message()).contains("template1 was opened meanwhile");
  }

  @Test
  void a_name_of_the_wildcard_that_nobody_opened_can_be_paused_ahead() throws Exception {
    PoolAnswer answer = pooler.pause(OURS, 60, Set.of(backend(cluster)), "template1", HOSTILE);

    assertThat(answer.paused()).contains("template1", HOSTILE);
    await().atMost(SOON).until(() -> pooler.look().database("template1").isEmpty());
    Process waiting = pooler.client("template1", "select 7");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));
    assertThat(pooler.held(OURS, backend(cluster)).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.DONE);
    // Its pool has seen a login fail and would wait out server_login_retry, 15 s.
    long before = System.nanoTime();
    assertThat(finish(waiting)).isEqualTo("7");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(seconds(8));
  }

  /**
   * One without connections leaves the pooler's list within a moment, while PAUSE waits for others.
   */
  @Test
  void a_database_of_the_wildcard_is_paused_however_long_others_take() throws Exception {
    assertThat(pooler.query(HOSTILE, "select 1")).isEqualTo("1");
    Process slow = pooler.client("sess", "select pg_sleep(2)");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().servers(), 2));
    slow.getOutputStream().close();

    PoolAnswer answer =
        answer(
            PoolCommands.pause(
                pooler.at(),
                OURS,
                Set.of("app", "template1"),
                Set.of(backend(cluster)),
                seconds(30),
                seconds(90)));

    assertThat(answer.message()).isEmpty();
    assertThat(answer.paused()).contains("app", "sess", HOSTILE, "template1");
    Process waiting = pooler.client(HOSTILE, "select 2");
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));
    assertThat(pooler.held(OURS, backend(cluster)).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(finish(waiting)).isEqualTo("2");
  }

  @Test
  void a_pooler_restarted_during_the_pause_has_lost_it() throws Exception {
    assertThat(pooler.pause(OURS, 60, Set.of(), "template1").done()).isTrue();
    pooler.kill();
    assertThat(pooler.held(OURS).outcome()).isEqualTo(PoolOutcome.UNREACHABLE);
    pooler.start();

    PoolAnswer answer = pooler.held(OURS);

    assertThat(answer.outcome()).isEqualTo(PoolOutcome.LOST);
    assertThat(answer.message()).contains("the pooler was restarted");
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.DONE);
  }

  @Test
  void somebody_elses_token_is_respected() throws Exception {
    assertThat(pooler.pause(OURS, 60, Set.of(), "app").done()).isTrue();

    PoolAnswer refused = pooler.pause(STRANGER, 60, Set.of(), "app");

    assertThat(refused.outcome()).isEqualTo(PoolOutcome.OTHER_TOKEN);
    assertThat(refused.holder()).isEqualTo("run-7 1");
    assertThat(refused.left()).isBetween(seconds(40), seconds(60));
    assertThat(refused.message()).contains("run run-7 (attempt 1) holds the pause");
    assertThat(pooler.resume(STRANGER).outcome()).isEqualTo(PoolOutcome.OTHER_TOKEN);
    assertThat(pooler.held(STRANGER).outcome()).isEqualTo(PoolOutcome.OTHER_TOKEN);
    assertThat(pooler.held(OURS).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.resume(LATER).outcome()).isEqualTo(PoolOutcome.DONE);
  }

  @Test
  void a_pause_taken_by_hand_is_left_alone() throws Exception {
    pooler.admin("PAUSE app");

    PoolAnswer answer = pooler.pause(OURS, 60, Set.of(), "app", "sess");

    assertThat(answer.outcome()).isEqualTo(PoolOutcome.PAUSED_BY_HAND);
    assertThat(answer.message()).contains("app");
    assertThat(pooler.paused("app")).isTrue();
    assertThat(pooler.paused("sess")).isFalse();
    assertThat(pooler.expiries()).isEmpty();
  }

  @Test
  void pausing_extending_and_resuming_twice_is_safe() throws Exception {
    assertThat(pooler.pause(OURS, 60, Set.of(), "app").done()).isTrue();
    assertThat(pooler.pause(OURS, 60, Set.of(), "app", HOSTILE).paused())
        .containsExactlyInAnyOrder("app", HOSTILE);
    for (int i = 0; i < 2; i++) {
      assertThat(answer(PoolCommands.extend(pooler.at(), OURS, Set.of(), seconds(90))).done())
          .isTrue();
    }
    assertThat(pooler.held(OURS).paused()).containsExactlyInAnyOrder("app", HOSTILE);
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.resume(OURS).outcome()).isEqualTo(PoolOutcome.NO_TOKEN);
    assertThat(pooler.paused("app")).isFalse();
  }

  @Test
  void a_pooler_that_does_not_answer_is_said_to_be_so() throws Exception {
    pooler.kill();

    PoolAnswer answer = pooler.pause(OURS, 60, Set.of(), "app");

    assertThat(answer.outcome()).isEqualTo(PoolOutcome.UNREACHABLE);
    assertThat(answer.message()).contains("Connection refused");
    assertThat(pooler.look().reason()).contains("Connection refused");
    assertThat(pooler.expiries()).isEmpty();
  }

  @Test
  void a_database_that_does_not_exist_fails_the_pause_of_all() throws Exception {
    pooler.write("databases.ini", "[databases]\napp = host=/nonexistent port=1\n");
    pooler.kill();
    pooler.start();

    PoolAnswer answer = pooler.pause(OURS, 60, Set.of(), "app", "nosuch");

    assertThat(answer.outcome()).isEqualTo(PoolOutcome.NOT_PAUSED);
    assertThat(answer.message()).contains("nosuch");
    assertThat(pooler.paused("app")).isFalse();
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      return link;
    }
  }
}
