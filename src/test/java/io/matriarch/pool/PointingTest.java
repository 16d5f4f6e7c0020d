package io.matriarch.pool;

import static io.matriarch.pool.TestPooler.SOON;
import static io.matriarch.pool.TestPooler.answer;
import static io.matriarch.pool.TestPooler.backend;
import static io.matriarch.pool.TestPooler.finish;
import static io.matriarch.pool.TestPooler.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.postgres.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PointingTest {

  private static final PauseToken OURS = new PauseToken("orders", "run-7", 1);
  private static final PauseToken STRANGER = new PauseToken("orders", "run-8", 5);
  private static final String WHERE = "show data_directory";
  private static final DatabasesTemplate TEMPLATE =
      new DatabasesTemplate(
          """
          [databases]
          ; "it's" $(id) `x` \\ %include
          app = host={{.Host}} port={{.Port}} dbname=postgres
          report = host={{.Host}} port={{.Port}} dbname=postgres pool_mode=session
          * = host={{.Host}} port={{.Port}}
          """);

  private static TestCluster old;
  private static TestCluster promoted;
  private TestPooler pooler;
  private Pointing there;

  @BeforeAll
  static void startClusters() throws Exception {
    old = TestCluster.primary();
    promoted = TestCluster.primary();
  }

  @AfterAll
  static void removeClusters() throws Exception {
    old.close();
    promoted.close();
  }

  @BeforeEach
  void start() throws Exception {
    pooler = TestPooler.start(TEMPLATE.render(backend(old)));
    there = pointing(TEMPLATE.render(backend(promoted)));
  }

  @AfterEach
  void remove() throws Exception {
    pooler.close();
  }

  private static Pointing pointing(String content) {
    return new Pointing(backend(promoted), List.of("app", "report"), Set.of(backend(old)), content);
  }

  private PoolAnswer point(Pointing pointing, boolean staged) throws Exception {
    return answer(PoolCommands.point(pooler.at(), OURS, pointing, staged, false));
  }

  private PoolAnswer pointAndResume(boolean staged) throws Exception {
    return answer(PoolCommands.pointAndResume(pooler.at(), OURS, there, staged));
  }

  private String content() throws Exception {
    return Files.readString(pooler.databasesFile());
  }

  private List<String> besides() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(pooler.home()))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("databases.ini."))
          .sorted()
          .toList();
    }
  }

  @Test
  void who_waits_for_a_server_that_was_led_away_from_is_ended_and_may_come_again()
      throws Exception {
    Process stranded = pooler.client("app", "select pg_sleep(100)");
    awaitSleeping(old);
    assertThat(answer(PoolCommands.point(pooler.at(), OURS, there, false, true)).done()).isTrue();
    assertThat(stranded.isAlive()).isTrue();

    PoolAnswer ended = endStranded();

    assertThat(ended.message()).isEmpty();
    assertThat(ended.stranded()).isOne();
    assertThat(stranded.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(pooler.query("app", WHERE)).isEqualTo(promoted.at().dataDirectory());
    assertThat(endStranded().stranded()).as("twice").isZero();
  }

  @Test
  void a_long_statement_on_the_present_server_is_not_stranded() throws Exception {
    assertThat(answer(PoolCommands.point(pooler.at(), OURS, there, false, true)).done()).isTrue();
    Process working = pooler.client("app", "select pg_sleep(100)");
    awaitSleeping(promoted);
    // As in a run that is tried again: what is in use is to be closed once it is not.
    assertThat(answer(PoolCommands.point(pooler.at(), OURS, there, false, true)).done()).isTrue();
    assertThat(pooler.query("app", WHERE)).isEqualTo(promoted.at().dataDirectory());

    assertThat(endStranded().stranded()).isZero();
    assertThat(working.isAlive()).isTrue();
    working.destroy();
  }

  private static void awaitSleeping(TestCluster cluster) {
    await()
        .atMost(SOON)
        .until(
            () ->
                cluster
                    .sql(
                        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and backend_type = 'client backend'")
                    .strip()
                    .equals("1"));
  }

  private PoolAnswer endStranded() throws Exception {
    return answer(
        PoolCommands.endStranded(pooler.at(), OURS, List.of("app"), Duration.ofSeconds(1)));
  }

  @Test
  void pointing_is_atomic_verified_and_keeps_the_pause() throws Exception {
    assertThat(pooler.query("app", WHERE)).isEqualTo(old.at().dataDirectory());
    Object owner = Files.getOwner(pooler.databasesFile());
    assertThat(pooler.pause(OURS, 60, Set.of(backend(old))).done()).isTrue();
    Process waiting = pooler.client("app", WHERE);
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));

    PoolAnswer answer = point(there, false);

    assertThat(answer.message()).isEmpty();
    assertThat(answer.pointed()).isTrue();
    assertThat(content()).isEqualTo(there.content());
    assertThat(Files.getOwner(pooler.databasesFile())).isEqualTo(owner);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pooler.databasesFile())))
        .isEqualTo("rw-------");
    assertThat(besides()).containsExactly("databases.ini.run-7.before");
    assertThat(pooler.look().databases())
        .hasSize(2)
        .allMatch(database -> database.leadsTo(backend(promoted)) && database.paused());
    assertThat(waiting.isAlive()).isTrue();

    assertThat(pooler.resume(OURS).done()).isTrue();

    assertThat(finish(waiting)).isEqualTo(promoted.at().dataDirectory());
  }

  @Test
  void a_database_of_the_wildcard_with_a_client_is_shown_paused_and_pointed() throws Exception {
    Process waiting = openAndWait("template1");

    assertThat(point(there, false).message()).isEmpty();

    assertThat(pooler.look().database("template1"))
        .hasValueSatisfying(
            database -> {
              assertThat(database.paused()).isTrue();
              assertThat(database.leadsTo(backend(promoted))).isTrue();
            });
    assertThat(pooler.held(OURS, backend(promoted)).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.resume(OURS).done()).isTrue();
    assertThat(finish(waiting)).isEqualTo(promoted.at().dataDirectory());
  }

  /** The pooler takes one without connections off its list within a moment, and keeps its pause. */
  @Test
  void a_database_of_the_wildcard_that_is_not_shown_any_more_stays_paused_and_is_pointed()
      throws Exception {
    assertThat(pooler.query("template1", WHERE)).isEqualTo(old.at().dataDirectory());
    assertThat(pooler.pause(OURS, 60, Set.of(backend(old))).paused()).contains("template1");
    await().atMost(SOON).until(() -> pooler.look().database("template1").isEmpty());
    assertThat(pooler.held(OURS, backend(old)).paused()).contains("template1");

    assertThat(point(there, false).message()).isEmpty();

    Process late = pooler.client("template1", WHERE);
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));
    assertThat(pooler.held(OURS, backend(old)).outcome()).isEqualTo(PoolOutcome.DONE);
    assertThat(pooler.look().database("template1"))
        .hasValueSatisfying(database -> assertThat(database.leadsTo(backend(promoted))).isTrue());
    assertThat(pooler.resume(OURS).done()).isTrue();
    assertThat(finish(late)).isEqualTo(promoted.at().dataDirectory());
  }

  @Test
  void a_database_that_was_not_shown_at_the_resume_is_open_to_who_comes_later() throws Exception {
    assertThat(pooler.query("template1", WHERE)).isEqualTo(old.at().dataDirectory());
    assertThat(pooler.pause(OURS, 60, Set.of(backend(old))).paused()).contains("template1");
    await().atMost(SOON).until(() -> pooler.look().database("template1").isEmpty());

    assertThat(pointAndResume(false).message()).isEmpty();

    assertThat(pooler.query("template1", WHERE)).isEqualTo(promoted.at().dataDirectory());
  }

  @Test
  void a_database_of_the_wildcard_that_must_lead_there_need_not_be_shown() throws Exception {
    Pointing three =
        new Pointing(
            backend(promoted),
            List.of("app", "report", "template1"),
            Set.of(backend(old)),
            there.content());
    assertThat(pooler.pause(OURS, 60, Set.of(backend(old)), "template1").done()).isTrue();
    await().atMost(SOON).until(() -> pooler.look().database("template1").isEmpty());

    assertThat(point(three, false).message()).isEmpty();
    await().atMost(SOON).until(() -> pooler.look().database("template1").isEmpty());
    assertThat(point(three, false).message()).isEmpty();

    assertThat(pooler.resume(OURS).done()).isTrue();
    assertThat(pooler.query("template1", WHERE)).isEqualTo(promoted.at().dataDirectory());
  }

  /** A database of the wildcard that is paused with a client that waits for it. */
  private Process openAndWait(String database) throws Exception {
    assertThat(pooler.query(database, WHERE)).isEqualTo(old.at().dataDirectory());
    assertThat(pooler.pause(OURS, 60, Set.of(backend(old))).paused()).contains(database);
    Process waiting = pooler.client(database, WHERE);
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));
    return waiting;
  }

  @Test
  void a_staged_file_is_pointed_to_and_resumed_in_one_command() throws Exception {
    assertThat(answer(PoolCommands.stage(pooler.at(), OURS, there)).message()).isEmpty();
    assertThat(answer(PoolCommands.stage(pooler.at(), OURS, there)).done()).isTrue();
    assertThat(content()).isEqualTo(TEMPLATE.render(backend(old)));
    assertThat(pooler.pause(OURS, 60, Set.of(backend(old))).done()).isTrue();
    Process waiting = pooler.client("app", WHERE);

    PoolAnswer answer = pointAndResume(true);

    assertThat(answer.message()).isEmpty();
    assertThat(finish(waiting)).isEqualTo(promoted.at().dataDirectory());
    assertThat(pooler.look().databases()).noneMatch(ObservedPooler.Database::paused);
    assertThat(pooler.look().serverLoginRetry()).isEqualTo(seconds(15));
    assertThat(pointAndResume(true).outcome()).isEqualTo(PoolOutcome.NO_TOKEN);
    assertThat(pointAndResume(true).pointed()).isTrue();
  }

  @Test
  void a_client_that_comes_between_reload_and_resume_does_not_wait_for_a_login_retry()
      throws Exception {
    assertThat(pooler.query("app", "select 1")).isEqualTo("1");
    assertThat(pooler.pause(OURS, 60, Set.of(backend(old))).done()).isTrue();
    assertThat(point(there, false).done()).isTrue();
    Process late = pooler.client("app", WHERE);
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().waiting(), 1));

    assertThat(pooler.resume(OURS).done()).isTrue();

    long before = System.nanoTime();
    assertThat(finish(late)).isEqualTo(promoted.at().dataDirectory());
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(seconds(8));
  }

  @Test
  void a_wrong_content_changes_nothing() throws Exception {
    String before = content();
    List<String> wrong =
        List.of(
            TEMPLATE.render(new Backend("/elsewhere", 1)),
            TEMPLATE.render(backend(promoted)).replace("report =", "other ="),
            TEMPLATE.render(backend(promoted))
                + "late = host=%s\n".formatted(backend(old).host() + " port=6543"),
            "[databases]\n");

    for (String content : wrong) {
      PoolAnswer answer = point(pointing(content), false);

      assertThat(answer.outcome()).as(content).isEqualTo(PoolOutcome.NOT_POINTED);
      assertThat(answer.pointed()).isFalse();
      assertThat(content()).isEqualTo(before);
      assertThat(pooler.query("app", WHERE)).isEqualTo(old.at().dataDirectory());
      assertThat(pooler.query("report", WHERE)).isEqualTo(old.at().dataDirectory());
    }
    assertThat(besides()).isEmpty();
  }

  @Test
  void a_content_that_does_not_arrive_whole_changes_nothing() throws Exception {
    LocalCommand whole = PoolCommands.point(pooler.at(), OURS, there, false, false);
    String half = whole.stdin().substring(0, whole.stdin().length() / 2);

    PoolAnswer answer = answer(new LocalCommand(whole.arguments(), half));

    assertThat(answer.outcome()).isEqualTo(PoolOutcome.CUT_SHORT);
    assertThat(content()).isEqualTo(TEMPLATE.render(backend(old)));
    assertThat(besides()).isEmpty();
    assertThat(whole.arguments()).noneMatch(argument -> argument.contains("dbname=postgres"));
  }

  @Test
  void without_a_pause_clients_are_reconnected_if_asked() throws Exception {
    Process client = pooler.client("report", WHERE);
    await().atMost(SOON).until(() -> Objects.equals(pooler.look().servers(), 1));

    assertThat(answer(PoolCommands.point(pooler.at(), OURS, there, false, true)).message())
        .isEmpty();

    assertThat(finish(client)).isEqualTo(old.at().dataDirectory());
    assertThat(pooler.query("report", WHERE)).isEqualTo(promoted.at().dataDirectory());
  }

  @Test
  void nobody_points_a_pooler_that_another_run_holds() throws Exception {
    assertThat(pooler.pause(STRANGER, 60, Set.of(backend(old)), "app").done()).isTrue();

    PoolAnswer answer = point(there, false);

    assertThat(answer.outcome()).isEqualTo(PoolOutcome.OTHER_TOKEN);
    assertThat(content()).isEqualTo(TEMPLATE.render(backend(old)));
  }

  @Test
  void pointing_and_putting_back_twice_is_safe() throws Exception {
    String before = content();
    assertThat(answer(PoolCommands.putBack(pooler.at(), OURS)).done()).isTrue();
    assertThat(answer(PoolCommands.stage(pooler.at(), OURS, there)).done()).isTrue();
    assertThat(answer(PoolCommands.putBack(pooler.at(), OURS)).done()).isTrue();
    assertThat(besides()).isEmpty();
    assertThat(point(there, false).done()).isTrue();
    assertThat(point(there, false).done()).isTrue();
    assertThat(content()).isEqualTo(there.content());

    for (int i = 0; i < 2; i++) {
      assertThat(answer(PoolCommands.putBack(pooler.at(), OURS)).done()).isTrue();
      assertThat(content()).isEqualTo(before);
      assertThat(pooler.query("app", WHERE)).isEqualTo(old.at().dataDirectory());
    }
    assertThat(answer(PoolCommands.putBack(pooler.at(), STRANGER)).done()).isTrue();
    assertThat(besides()).isEmpty();
  }

  @Test
  void what_stands_behind_a_link_is_replaced_not_the_link() throws Exception {
    Path real = Path.of(pooler.home(), "real.ini");
    TestPooler.run("mv", pooler.databasesFile().toString(), real.toString());
    TestPooler.run("ln", "-s", real.toString(), pooler.databasesFile().toString());

    assertThat(point(there, false).done()).isTrue();

    assertThat(Files.isSymbolicLink(pooler.databasesFile())).isTrue();
    assertThat(Files.readString(real)).isEqualTo(there.content());
  }
}
