package io.matriarch.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.testing.TestDatabase;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class NotificationHubTest {

  private TestDatabase database;
  private Changes changes;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    changes = database.changes();
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private void announce(String channel, String payload) {
    database
        .jdbc()
        .sql("select pg_notify(:channel, :payload) is null")
        .param("channel", channel)
        .param("payload", payload)
        .query(Boolean.class)
        .single();
  }

  private BlockingQueue<Optional<String>> heard(String channel) {
    BlockingQueue<Optional<String>> heard = new LinkedBlockingQueue<>();
    changes.listen(channel, payload -> heard.add(Optional.ofNullable(payload)));
    return heard;
  }

  private static Optional<String> next(BlockingQueue<Optional<String>> heard) throws Exception {
    Optional<String> next = heard.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("a notification within 20 s").isNotNull();
    return next;
  }

  @Test
  void a_listener_hears_what_was_committed_after_it_began_and_nothing_else() throws Exception {
    BlockingQueue<Optional<String>> jobs = heard("jobs");
    BlockingQueue<Optional<String>> instances = heard("instances");
    announce("jobs", "17");
    new TransactionTemplate(database.transactions())
        .executeWithoutResult(
            transaction -> {
              announce("jobs", "undone");
              transaction.setRollbackOnly();
            });
    announce("instances", "3");
    announce("jobs", "18");

    assertThat(next(jobs)).contains("17");
    assertThat(next(jobs)).contains("18");
    assertThat(next(instances)).contains("3");
    assertThat(jobs).isEmpty();
    assertThat(instances).isEmpty();
  }

  @Test
  void a_lost_connection_is_made_again_and_listeners_are_told_to_reload() throws Exception {
    BlockingQueue<Optional<String>> jobs = heard("jobs");
    DatabaseLogin superuser = database.superuserLogin();
    JdbcClient.create(
            new DriverManagerDataSource(superuser.url(), superuser.user(), superuser.password()))
        .sql(
            """
            select count(pg_terminate_backend(pid)) from pg_stat_activity
             where application_name = 'matriarch changes' and datname = current_database()
            """)
        .query(Long.class)
        .single();

    assertThat(next(jobs)).isEmpty();
    announce("jobs", "after");
    assertThat(next(jobs)).contains("after");
  }

  @Test
  void a_listener_that_fails_does_not_cost_the_others_their_news() throws Exception {
    changes.listen(
        "jobs",
        payload -> {
          throw new IllegalStateException("on purpose");
        });
    BlockingQueue<Optional<String>> jobs = heard("jobs");
    announce("jobs", "1");
    announce("jobs", "2");
    assertThat(next(jobs)).contains("1");
    assertThat(next(jobs)).contains("2");
  }

  @Test
  void a_closed_listener_hears_no_more() throws Exception {
    BlockingQueue<Optional<String>> closed = new LinkedBlockingQueue<>();
    Changes.Registration registration =
        changes.listen("jobs", payload -> closed.add(Optional.ofNullable(payload)));
    registration.close();
    BlockingQueue<Optional<String>> open = heard("jobs");
    announce("jobs", "1");
    assertThat(next(open)).contains("1");
    assertThat(closed).isEmpty();
  }

  @Test
  void a_channel_is_a_plain_name() {
    assertThatThrownBy(() -> changes.listen("jobs; drop table job", payload -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
