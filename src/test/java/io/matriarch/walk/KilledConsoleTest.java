package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * A console that is killed, or frozen and woken, in the middle of a bulk restart of real servers.
 */
class KilledConsoleTest {

  private static final int ATTEMPTS = 20;

  /** What a run of a restart is doing when its console goes. */
  enum Moment {
    STOPPING("step", 0),
    STARTING("step", 1),
    LAST_LOOK("last", 0);

    private final String kind;
    private final int ordinal;

    Moment(String kind, int ordinal) {
      this.kind = kind;
      this.ordinal = ordinal;
    }

    boolean isSeenIn(JsonNode job) {
      return runs(job).flatMap(run -> run.get("steps").values().stream()).anyMatch(this::isRunning);
    }

    private boolean isRunning(JsonNode step) {
      return step.get("kind").asString().equals(kind)
          && step.get("ordinal").asInt() == ordinal
          && step.get("state").asString().equals("RUNNING");
    }
  }

  private static Demo demo;
  private static Api api;
  private static Hosts hosts;
  private static Map<String, String> before;

  /** Of three herds; two of them share one, and so its lock. */
  private static List<Long> instances;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    demo = Demo.start(directory.resolve("demo"));
    api = demo.api();
    hosts = demo.hosts();
    before = hosts.clusters();
    instances =
        List.of(
            api.instance("fra-db1", 5432).get("id").asLong(),
            api.instance("ams-db2", 5432).get("id").asLong(),
            api.instance("fra-db2", 5432).get("id").asLong(),
            api.instance("ams-stg1", 5432).get("id").asLong());
    assertThat(before).containsValues("online", "online,recovery", "down");
  }

  @AfterAll
  static void remove() throws Exception {
    if (demo != null) {
      demo.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_bulk_restart_whose_console_is_killed_ends_with_every_instance_as_before(Moment moment)
      throws Exception {
    long job = jobAt(moment);
    demo.killConsole();
    JsonNode ended = api.ended(job);
    isClean(ended);
    canBeRepeated(ended);
  }

  @Test
  void a_console_that_froze_for_longer_than_its_lease_ends_its_runs_cleanly_when_it_wakes()
      throws Exception {
    long job = jobAt(Moment.STOPPING);
    ProcessHandle console = demo.console();
    List<Long> frozen;
    signal("STOP", console);
    try {
      frozen = running(job);
      await()
          .atMost(1, TimeUnit.MINUTES)
          .until(() -> demo.metadata().sql(SILENT).param("job", job).query(Boolean.class).single());
    } finally {
      signal("CONT", console);
    }
    JsonNode ended = api.ended(job);
    isClean(ended);
    assertThat(demo.console()).isEqualTo(console);
    assertThat(frozen).isNotEmpty();
    assertThat(runs(ended).filter(run -> frozen.contains(run.get("id").asLong())))
        .allSatisfy(KilledConsoleTest::wentOnOrWasTakenOver);
    canBeRepeated(ended);
  }

  /** Longer than a lease, and longer than what lets another console take over. */
  private static final String SILENT =
      """
      select coalesce(min(now() - heartbeat) > interval '20 seconds', true)
        from run where job_id = :job and state = 'RUNNING'
      """;

  /** Whoever wakes first decides: a heartbeat that the database still takes, or a lapsed lease. */
  private static void wentOnOrWasTakenOver(JsonNode run) {
    if (run.get("state").asString().equals("INTERRUPTED")) {
      assertThat(run.get("attempt").asInt()).isGreaterThan(1);
    }
  }

  private static List<Long> running(long job) throws Exception {
    return demo.metadata()
        .sql("select run_id from run where job_id = :job and state = 'RUNNING'")
        .param("job", job)
        .query(Long.class)
        .list();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Programs.run("kill", "-s", name, Long.toString(process.pid()));
  }

  /**
   * A job that was seen at that moment; one that was too quick to be seen is followed by another.
   */
  private static long jobAt(Moment moment) throws Exception {
    for (int i = 0; i < ATTEMPTS; i++) {
      long id = api.submit("instance.restart", instances);
      JsonNode job = api.job(id);
      while (job.get("endedAt").isNull()) {
        if (moment.isSeenIn(job)) {
          return id;
        }
        job = api.job(id);
      }
      assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("SUCCEEDED");
    }
    return fail("no job was seen %s in %d attempts".formatted(moment, ATTEMPTS));
  }

  private static void isClean(JsonNode job) throws Exception {
    assertThat(runs(job)).hasSize(instances.size());
    assertThat(runs(job))
        .allSatisfy(
            run -> assertThat(run.get("state").asString()).isIn("SUCCEEDED", "INTERRUPTED"));
    assertThat(job.get("state").asString()).isIn("SUCCEEDED", "INTERRUPTED");
    assertThat(hosts.clusters()).isEqualTo(before);
    assertThat(count("select count(*) from herd_lock")).isZero();
    assertThat(demo.metadata().sql(TRAIL).param("job", id(job)).query(String.class).list())
        .isEqualTo(runs(job).map(run -> "INTENT then " + run.get("state").asString()).toList());
    hasNoDoubledLines(id(job));
  }

  private static final String TRAIL =
      """
      select (select string_agg(i.outcome, ' and ') from audit_event i
               where i.outcome = 'INTENT' and i.detail ->> 'job' = r.job_id::text
                 and i.target_id = r.target_id)
             || ' then '
             || (select string_agg(o.outcome, ' and ') from audit_event o where o.intent_id = r.audit_id)
        from run r where r.job_id = :job order by r.ordinal
      """;

  private static void hasNoDoubledLines(long job) throws Exception {
    List<JsonNode> whole = api.log(job, 5000);
    assertThat(api.log(job, 7)).isEqualTo(whole);
    assertThat(whole)
        .extracting(line -> line.get("seq").asLong())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(whole)
        .filteredOn(line -> !line.get("text").asString().isBlank())
        .extracting(
            line ->
                "%s %s %s %s"
                    .formatted(
                        line.get("run"), line.get("at"), line.get("stream"), line.get("text")))
        .isNotEmpty()
        .doesNotHaveDuplicates();
  }

  /** The herds are free again: a retry of what was interrupted, or the same again, succeeds. */
  private static void canBeRepeated(JsonNode job) throws Exception {
    long next =
        job.get("state").asString().equals("INTERRUPTED")
            ? api.retry(id(job))
            : api.submit("instance.restart", instances);
    JsonNode ended = api.ended(next);
    assertThat(ended.get("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
    assertThat(hosts.clusters()).isEqualTo(before);
  }

  private static long count(String sql) throws Exception {
    return demo.metadata().sql(sql).query(Long.class).single();
  }

  private static long id(JsonNode job) {
    return job.get("id").asLong();
  }

  private static Stream<JsonNode> runs(JsonNode job) {
    return job.get("runs").values().stream();
  }
}
