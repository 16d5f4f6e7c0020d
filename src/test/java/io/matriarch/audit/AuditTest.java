package io.matriarch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class AuditTest {

  private static TestDatabase database;
  private static Audit audit;

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
    audit = new Audit(database.jdbc(), database.transactions());
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  private static AuditEntry stop(String actor) {
    return AuditEntry.of(actor, "operator", Origin.SCREEN, "192.0.2.7", "instance.stop")
        .on("instance", "db1:5432", 12L)
        .in("prod")
        .plan("abc");
  }

  private static List<AuditEvent> by(String actor) {
    return audit.search(AuditQuery.all().actor(actor)).items();
  }

  @Test
  void an_attempt_is_two_rows_and_the_outcome_names_the_intent() {
    long intent = audit.intent(stop("anna").with("mode", "fast"));
    audit.outcome(intent, Outcome.FAILED, Map.of("exit", 1));

    assertThat(by("anna"))
        .satisfiesExactly(
            outcome -> {
              assertThat(outcome.outcome()).isEqualTo(Outcome.FAILED);
              assertThat(outcome.intentId()).isEqualTo(intent);
              assertThat(outcome.target()).isEqualTo("db1:5432");
              assertThat(outcome.detail()).isEqualTo("{\"exit\": 1}");
            },
            announced -> {
              assertThat(announced.outcome()).isEqualTo(Outcome.INTENT);
              assertThat(announced.planHash()).isEqualTo("abc");
              assertThat(announced.environment()).isEqualTo("prod");
              assertThat(announced.detail()).isEqualTo("{\"mode\": \"fast\"}");
            });
  }

  @Test
  void an_intent_disappears_with_the_change_that_was_undone() {
    new TransactionTemplate(database.transactions())
        .executeWithoutResult(
            transaction -> {
              audit.intent(stop("undone"));
              transaction.setRollbackOnly();
            });
    assertThat(by("undone")).isEmpty();
  }

  @Test
  void a_refusal_stays_when_the_transaction_around_it_is_undone() {
    new TransactionTemplate(database.transactions())
        .executeWithoutResult(
            transaction -> {
              audit.denied(stop("refused"));
              transaction.setRollbackOnly();
            });
    assertThat(by("refused")).extracting(AuditEvent::outcome).containsExactly(Outcome.DENIED);
  }

  @Test
  void an_outcome_without_an_announced_attempt_is_refused() {
    assertThatThrownBy(() -> audit.outcome(-1, Outcome.SUCCEEDED, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update matriarch.audit_event set actor = 'somebody else'",
        "delete from matriarch.audit_event",
        "truncate matriarch.audit_event"
      })
  void neither_the_application_nor_the_owner_can_change_the_trail(String statement) {
    audit.intent(stop("kept"));

    assertThatThrownBy(() -> database.jdbc().sql(statement).update())
        .rootCause()
        .hasMessageContaining("permission denied for table audit_event");
    JdbcClient owner =
        JdbcClient.create(
            new DriverManagerDataSource(
                database.ownerLogin().url(),
                database.ownerLogin().user(),
                database.ownerLogin().password()));
    assertThatThrownBy(() -> owner.sql(statement).update())
        .rootCause()
        .hasMessageContaining("append-only");
    assertThat(by("kept")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"100%", "a_b", "o'neil", "<script>", "\\", "!", "line\nbreak"})
  void text_is_found_as_it_is_written_and_means_nothing_else(String text) {
    audit.intent(stop("writer").on("instance", "x" + text + "y", 1L));

    assertThat(audit.search(AuditQuery.all().text("x" + text + "y")).items())
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.target()).isEqualTo("x" + text + "y"));
  }

  @Test
  void hostile_names_are_stored_shortened_and_without_nul() {
    String name = "\0" + "n".repeat(10_000);
    audit.denied(AuditEntry.of(name, null, Origin.API, null, "sign-in").with("as", "a\0b"));

    AuditEvent event = audit.search(AuditQuery.all().action("sign-in")).items().getFirst();
    assertThat(event.actor()).hasSize(256).startsWith("\uFFFDnnn").endsWith("…");
    assertThat(event.detail()).contains("a\uFFFDb");
  }

  @Test
  void pages_follow_each_other_newest_first_and_know_the_total() {
    for (int number = 1; number <= 5; number++) {
      audit.intent(stop("pager").on("instance", "n" + number, (long) number));
    }
    AuditPage second = audit.search(AuditQuery.all().actor("pager").page(1, 2));

    assertThat(second.total()).isEqualTo(5);
    assertThat(second.items()).extracting(AuditEvent::target).containsExactly("n3", "n2");
  }

  @Test
  void events_are_found_by_target_outcome_and_time() {
    long intent = audit.intent(stop("finder").on("herd", "orders", 77L));
    audit.outcome(intent, Outcome.SUCCEEDED, Map.of());
    AuditQuery herd = AuditQuery.all().target("herd", 77L);

    assertThat(audit.search(herd).total()).isEqualTo(2);
    assertThat(audit.search(herd.outcome(Outcome.SUCCEEDED)).total()).isEqualTo(1);
    AuditEvent last = audit.search(herd).items().getFirst();
    assertThat(audit.search(herd.between(last.at().plusSeconds(1), null)).total()).isZero();
    assertThat(audit.search(herd.between(null, last.at())).items())
        .extracting(AuditEvent::outcome)
        .containsExactly(Outcome.INTENT);
  }
}
