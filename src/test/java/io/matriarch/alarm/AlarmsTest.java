package io.matriarch.alarm;

import static io.matriarch.alarm.AlarmFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.security.Secret;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a problem in the database to what a receiver got. */
class AlarmsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private AlarmFixture alarms;
  private TestReceiver server;

  @BeforeEach
  void open(@TempDir Path directory) throws Exception {
    alarms = new AlarmFixture(directory, new Mails(null, ""));
    server = TestReceiver.start();
  }

  @AfterEach
  void close() throws Exception {
    alarms.close();
    server.close();
  }

  @Test
  void a_problem_and_its_end_are_told_with_a_signature_that_holds() {
    alarms.receiver(server.url());
    alarms.console();
    long problem = alarms.problem("primary-dead", "critical", "orders");
    until(() -> server.got().size() == 1);
    alarms.change(problem, "ended_at = now()");
    until(() -> server.got().size() == 2);

    JsonNode opened = JSON.readTree(server.got().getFirst().body());
    assertThat(opened.path("event").asString()).isEqualTo("opened");
    assertThat(opened.path("problem").path("kind").asString()).isEqualTo("primary-dead");
    assertThat(opened.path("problem").path("herd").asString()).isEqualTo("orders");
    assertThat(opened.path("problem").path("environment").asString()).isEqualTo("prod");
    assertThat(Instant.parse(opened.path("problem").path("firstSeen").asString())).isNotNull();
    assertThat(opened.path("url").asString()).startsWith("https://matriarch.example.com/herds/");
    JsonNode ended = JSON.readTree(server.got().getLast().body());
    assertThat(ended.path("event").asString()).isEqualTo("ended");
    assertThat(ended.path("problem").path("id").asLong()).isEqualTo(problem);
    assertThat(Instant.parse(ended.path("problem").path("endedAt").asString())).isNotNull();
    for (TestReceiver.Got got : server.got()) {
      assertThat(got.delivery()).isEqualTo(JSON.readTree(got.body()).path("id").asString());
      assertThat(got.signature()).isEqualTo(signatureOf(got));
    }
  }

  private static String signatureOf(TestReceiver.Got got) {
    Matcher seconds = Pattern.compile("t=(\\d+),v1=[0-9a-f]{64}").matcher(got.signature());
    assertThat(seconds.matches()).isTrue();
    return Signature.header(
        Secret.of(AlarmFixture.SECRET),
        Instant.ofEpochSecond(Long.parseLong(seconds.group(1))),
        got.body());
  }

  @Test
  void what_fails_is_sent_again_under_the_same_id_until_it_is_taken() {
    server.answers(500, "later").answers(500, "later");
    long receiver = alarms.receiver(server.url());
    alarms.console();
    alarms.problem("primary-dead", "critical", "orders");
    until(() -> alarms.states(receiver).equals(List.of("retrying")));
    assertThat(alarms.answer(receiver)).isEqualTo("HTTP 500: later");
    alarms.due();
    until(() -> server.got().size() == 2);
    until(() -> attempts(receiver) == 2);
    alarms.due();
    until(() -> alarms.states(receiver).equals(List.of("delivered")));

    assertThat(server.got())
        .hasSize(3)
        .extracting(TestReceiver.Got::delivery)
        .containsOnly(server.got().getFirst().delivery());
    assertThat(alarms.answer(receiver)).isEqualTo("HTTP 204");
  }

  private int attempts(long receiver) {
    return alarms
        .jdbc
        .sql("select max(attempts) from alarm_delivery where alarm_receiver_id = :id")
        .param("id", receiver)
        .query(Integer.class)
        .single();
  }

  @Test
  void pauses_grow_and_a_day_later_it_is_given_up() {
    assertThat(
            alarms
                .jdbc
                .sql("select extract(epoch from alarm_pause(n))::int from generate_series(1, 7) n")
                .query(Integer.class)
                .list())
        .containsExactly(5, 15, 60, 300, 900, 3600, 3600);
    server.answers(500, "");
    long receiver = alarms.receiver(server.url());
    alarms.problem("primary-dead", "critical", "orders");
    alarms.run("update alarm_delivery set created_at = now() - interval '25 hours'");
    alarms.console();

    until(() -> alarms.states(receiver).equals(List.of("given up")));
    assertThat(server.got()).hasSize(1);
  }

  @Test
  void the_end_waits_for_the_beginning_and_others_do_not() {
    server.answers(500, "");
    long receiver = alarms.receiver(server.url());
    long first = alarms.problem("primary-dead", "critical", "orders");
    Outbox outbox = new Outbox(alarms.jdbc, alarms.database.transactions());
    outbox.keep(outbox.claim().orElseThrow(), Attempt.failed("HTTP 500"));
    alarms.change(first, "ended_at = now()");
    assertThat(outbox.claim()).isEmpty();

    alarms.problem("split-brain", "critical", "orders");
    Claim other = outbox.claim().orElseThrow();
    assertThat(other.problem()).contains("split-brain");
    outbox.keep(other, Attempt.delivered("HTTP 204"));
    assertThat(outbox.claim().orElseThrow().event())
        .as("who takes messages again gets the rest at once")
        .isEqualTo("opened");
    assertThat(alarms.events(receiver)).containsExactly("opened", "ended", "opened");
  }

  @Test
  void what_a_console_took_and_did_not_send_is_sent_by_the_next() {
    long receiver = alarms.receiver(server.url());
    alarms.problem("primary-dead", "critical", "orders");
    Outbox dead = new Outbox(alarms.jdbc, alarms.database.transactions());
    Optional<Claim> claimed = dead.claim();
    assertThat(claimed).isPresent();
    assertThat(new Outbox(alarms.jdbc, alarms.database.transactions()).claim())
        .as("while it may be alive")
        .isEmpty();

    alarms.run("update alarm_receiver set claimed_until = now()");
    alarms.console();
    until(() -> alarms.states(receiver).equals(List.of("delivered")));
    assertThat(server.got()).hasSize(1);

    dead.keep(claimed.get(), Attempt.failed("it froze, and woke"));
    assertThat(alarms.states(receiver)).containsExactly("delivered");
  }

  @Test
  void two_consoles_send_everything_once() throws Exception {
    try (TestReceiver second = TestReceiver.start()) {
      alarms.receiver(server.url());
      alarms.receiver(second.url());
      alarms.run(
          """
          insert into problem (kind, key, severity, detail)
          select 'diverged', 'diverged ' || n, 'critical', 'number ' || n from generate_series(1, 60) n
          """);
      alarms.console();
      alarms.console();
      until(() -> waiting() == 0);

      for (TestReceiver each : List.of(server, second)) {
        assertThat(each.got())
            .hasSize(60)
            .extracting(TestReceiver.Got::delivery)
            .doesNotHaveDuplicates();
      }
    }
  }

  private long waiting() {
    return alarms
        .jdbc
        .sql("select count(*) from alarm_delivery where state = 'waiting'")
        .query(Long.class)
        .single();
  }

  @Test
  void a_receiver_that_hangs_holds_up_nobody_else() throws Exception {
    try (TestReceiver slow = TestReceiver.start().hangs()) {
      alarms.receiver(slow.url());
      long quick = alarms.receiver(server.url());
      alarms.console();
      alarms.problem("primary-dead", "critical", "orders");
      until(() -> slow.got().size() == 1);

      alarms.problem("split-brain", "critical", "orders");
      until(() -> alarms.states(quick).equals(List.of("delivered", "delivered")));
      assertThat(slow.got()).hasSize(1);
    }
  }

  @Test
  void receivers_hear_of_their_environment_severity_and_kinds_only() {
    long all = alarms.receiver(server.url());
    long prod =
        alarms.receiver(server.url(), d -> of(d, alarms.environment("prod"), "warning", null));
    long critical = alarms.receiver(server.url(), d -> of(d, null, "critical", null));
    long kinds =
        alarms.receiver(server.url(), d -> of(d, null, "warning", List.of("diverged", "fenced")));
    long disabled =
        alarms.receiver(
            server.url(),
            d ->
                new ReceiverDraft(
                    d.name(), d.kind(), d.address(), d.secret(), null, "warning", null, false));

    alarms.problem("primary-dead", "critical", "orders");
    alarms.problem("fenced", "warning", "orders");
    alarms.problem("diverged", "critical", "tests");

    assertThat(alarms.events(all)).hasSize(3);
    assertThat(alarms.events(prod)).hasSize(2);
    assertThat(alarms.events(critical)).hasSize(2);
    assertThat(alarms.events(kinds)).hasSize(2);
    assertThat(alarms.events(disabled)).isEmpty();
  }

  private static ReceiverDraft of(
      ReceiverDraft draft, @Nullable Long environment, String least, @Nullable List<String> kinds) {
    return new ReceiverDraft(
        draft.name(),
        draft.kind(),
        draft.address(),
        draft.secret(),
        environment,
        least,
        kinds,
        true);
  }

  private static final String SUPPRESS =
      "suppressed_until = now() + interval '1 hour', suppressed_at = now(), suppressed_by = 'doris', suppressed_owner = 'doris', suppressed_reason = 'known'";

  @Test
  void what_is_suppressed_is_not_told_until_it_counts_again() {
    long receiver = alarms.receiver(server.url());
    alarms.run(
        """
        insert into problem (kind, key, severity, detail, suppressed_until, suppressed_at, suppressed_by,
                             suppressed_owner, suppressed_reason)
        values ('agent-silent', 'agent-silent 1', 'warning', 'silent', now() + interval '1 hour', now(),
                'doris', 'doris', 'known')
        """);
    assertThat(alarms.events(receiver)).isEmpty();
    long problem = alarms.jdbc.sql("select problem_id from problem").query(Long.class).single();
    alarms.change(problem, "severity = 'critical'");
    alarms.change(problem, "last_seen = now()");
    assertThat(alarms.events(receiver)).isEmpty();

    alarms.change(problem, "suppression_over_at = now()");
    assertThat(alarms.events(receiver)).as("it was lifted").containsExactly("opened");
  }

  @Test
  void a_suppression_that_runs_out_is_told_once() {
    long problem = alarms.problem("primary-dead", "critical", "orders");
    alarms.change(problem, SUPPRESS);
    alarms.change(
        problem,
        "suppressed_until = now() - interval '1 second', last_seen = now() - interval '1 minute'");
    long receiver = alarms.receiver(server.url());

    alarms.change(problem, "last_seen = now()");
    alarms.change(problem, "last_seen = now()");

    assertThat(alarms.events(receiver)).containsExactly("opened");
  }

  @Test
  void an_end_is_told_to_those_who_heard_of_the_beginning() {
    long receiver = alarms.receiver(server.url());
    long problem = alarms.problem("primary-dead", "critical", "orders");
    long late = alarms.receiver(server.url());
    alarms.change(problem, SUPPRESS);
    alarms.change(problem, "ended_at = now()");

    assertThat(alarms.events(receiver)).containsExactly("opened", "ended");
    assertThat(alarms.events(late)).isEmpty();
  }

  @Test
  void what_becomes_critical_is_told_again_and_what_goes_with_its_herd_ends() {
    long warnings = alarms.receiver(server.url());
    long criticals = alarms.receiver(server.url(), d -> of(d, null, "critical", null));
    long problem = alarms.problem("diverged", "warning", "orders");
    alarms.change(problem, "detail = 'another'");
    assertThat(alarms.events(criticals)).isEmpty();
    alarms.change(problem, "severity = 'critical'");
    assertThat(alarms.events(warnings)).containsExactly("opened", "opened");
    assertThat(alarms.events(criticals)).containsExactly("opened");

    alarms.run("delete from herd where name = 'orders'");
    assertThat(alarms.events(warnings)).containsExactly("opened", "opened", "ended");
    assertThat(alarms.events(criticals)).containsExactly("opened", "ended");
  }

  @Test
  void nothing_is_told_of_a_problem_whose_transaction_is_rolled_back() {
    long receiver = alarms.receiver(server.url());
    new org.springframework.transaction.support.TransactionTemplate(alarms.database.transactions())
        .executeWithoutResult(
            status -> {
              alarms.problem("primary-dead", "critical", "orders");
              status.setRollbackOnly();
            });

    assertThat(alarms.events(receiver)).isEmpty();
  }

  @Test
  void a_receiver_that_is_not_reached_is_a_problem_that_others_hear_of() {
    long broken = alarms.receiver(server.url());
    long other = alarms.receiver(server.url());
    alarms.problem("primary-dead", "critical", "orders");
    alarms.run(
        "update alarm_delivery set attempts = 3, tried_at = now(), answer = 'HTTP 500' where alarm_receiver_id = "
            + broken);
    refresh();

    assertThat(openKinds()).contains("alarm-undelivered");
    assertThat(toldOfUndelivered()).containsExactly(other);
    alarms.run(
        "update alarm_delivery set state = 'delivered', answer = 'HTTP 204' where alarm_receiver_id = "
            + broken);
    refresh();
    assertThat(openKinds()).doesNotContain("alarm-undelivered");
  }

  private void refresh() {
    alarms.jdbc.sql("select refresh_problems()").query(Boolean.class).single();
  }

  private List<Long> toldOfUndelivered() {
    return alarms
        .jdbc
        .sql(
            """
            select alarm_receiver_id from v_alarm_delivery
             where kind = 'alarm-undelivered' and event = 'opened'
            """)
        .query(Long.class)
        .list();
  }

  private List<String> openKinds() {
    return alarms
        .jdbc
        .sql("select kind from problem where ended_at is null")
        .query(String.class)
        .list();
  }

  @Test
  void old_deliveries_are_pruned_but_for_problems_that_have_yet_to_end() {
    long receiver = alarms.receiver(server.url());
    alarms.problem("primary-dead", "critical", "orders");
    long over = alarms.problem("diverged", "critical", "orders");
    alarms.change(over, "ended_at = now()");
    alarms.run(
        "update alarm_delivery set state = 'delivered', created_at = now() - interval '10 years'");
    alarms.jdbc.sql("select prune_alarm_deliveries()").query(Long.class).single();

    assertThat(alarms.events(receiver)).containsExactly("opened");
  }

  @Test
  void every_kind_of_problem_can_be_chosen() {
    List<String> views =
        alarms
            .jdbc
            .sql(
                """
                select pg_get_viewdef(oid) from pg_class
                 where relnamespace = 'matriarch'::regnamespace and relname ~ '^v_(.*_)?problem'
                """)
            .query(String.class)
            .list();
    Set<String> kinds = new TreeSet<>();
    for (String view : views) {
      Matcher kind = Pattern.compile("SELECT '([a-z-]+)'::text( AS kind)?,").matcher(view);
      while (kind.find()) {
        kinds.add(kind.group(1));
      }
    }
    for (String verdict : List.of("dead", "disputed", "hung", "unreachable")) {
      kinds.add("primary-" + verdict);
    }
    assertThat(ProblemKinds.ALL).containsExactlyElementsOf(kinds);
  }
}
