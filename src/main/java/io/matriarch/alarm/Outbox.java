package io.matriarch.alarm;

import io.matriarch.security.Sealed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What is to be sent. A claim is a lease on the receiver, so that no transaction is open while
 * something is sent, and nobody else sends to the same receiver meanwhile; whose console dies is
 * over after a minute.
 */
@Component
class Outbox {

  private static final String CLAIM =
      """
      update alarm_receiver set claim = :token, claimed_until = now() + interval '1 minute'
       where alarm_receiver_id = (
             select r.alarm_receiver_id from alarm_receiver r
              where r.enabled and r.claimed_until <= now()
                and exists (select from v_alarm_due d where d.alarm_receiver_id = r.alarm_receiver_id)
              order by r.claimed_until limit 1 for update of r skip locked)
      returning alarm_receiver_id
      """;

  /** What was never tried goes first: an alarm of now does not wait behind those that fail. */
  private static final String NEXT =
      """
      select d.alarm_delivery_id, d.event, d.problem, r.*
        from v_alarm_due d join alarm_receiver r using (alarm_receiver_id)
       where alarm_receiver_id = :receiver
       order by d.attempts > 0, d.due_at, d.alarm_delivery_id limit 1
      """;

  private static final String OUTCOME =
      """
      update alarm_delivery
         set attempts = attempts + 1, tried_at = now(), answer = :answer,
             due_at = now() + alarm_pause(attempts + 1),
             state = case when :delivered then 'delivered'
                          when event = 'test' or created_at < now() - interval '1 day' then 'given up'
                          else 'waiting' end
       where alarm_delivery_id = :delivery and state = 'waiting'
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  Outbox(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** The next delivery of a receiver to whom nobody sends. */
  Optional<Claim> claim() {
    UUID token = UUID.randomUUID();
    return Objects.requireNonNull(transaction.execute(status -> claim(token)));
  }

  private Optional<Claim> claim(UUID token) {
    Optional<Long> receiver = jdbc.sql(CLAIM).param("token", token).query(Long.class).optional();
    // Read by a statement of its own: the first may not see what was sent just now.
    Optional<Claim> next = receiver.flatMap(this::next);
    if (next.isEmpty()) {
      receiver.ifPresent(free -> release(free, token));
    }
    return next;
  }

  private Optional<Claim> next(long receiver) {
    return jdbc.sql(NEXT).param("receiver", receiver).query(Outbox::row).optional();
  }

  /** Makes a test that nobody else sends within a minute. */
  Claim test(long receiver) {
    return jdbc.sql(
            """
            with test as (
              insert into alarm_delivery (alarm_receiver_id, event, due_at)
              values (:receiver, 'test', now() + interval '1 minute') returning *)
            select t.alarm_delivery_id, t.event, t.problem, r.*
              from test t join alarm_receiver r using (alarm_receiver_id)
            """)
        .param("receiver", receiver)
        .query(Outbox::row)
        .single();
  }

  /** Keeps what came of it, and lets the receiver go. */
  void keep(Claim claim, Attempt attempt) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(OUTCOME)
              .param("answer", attempt.answer())
              .param("delivered", attempt.delivered())
              .param("delivery", claim.delivery())
              .update();
          if (attempt.delivered()) {
            hurry(claim.receiver());
          }
          release(claim.receiver(), claim.token());
          announce();
        });
  }

  /** It takes messages again: those that failed need not wait for their hour. */
  private void hurry(long receiver) {
    jdbc.sql(
            """
            update alarm_delivery set due_at = now()
             where alarm_receiver_id = :receiver and state = 'waiting' and attempts > 0
               and due_at > now() and event <> 'test'
            """)
        .param("receiver", receiver)
        .update();
  }

  /** What waits is tried anew after an edit, which may have mended it, or is not sent at all. */
  void settle(long receiver, boolean enabled) {
    jdbc.sql(
            """
            update alarm_delivery
               set due_at = now(),
                   state = case when :enabled then state else 'given up' end,
                   answer = case when :enabled then answer else 'the receiver was disabled' end
             where alarm_receiver_id = :receiver and state = 'waiting' and event <> 'test'
            """)
        .param("enabled", enabled)
        .param("receiver", receiver)
        .update();
    announce();
  }

  private void announce() {
    jdbc.sql("select pg_notify('alarm', '')").query((rs, n) -> n).list();
  }

  private void release(long receiver, UUID token) {
    jdbc.sql(
            """
            update alarm_receiver set claim = null, claimed_until = now()
             where alarm_receiver_id = :receiver and claim = :token
            """)
        .param("receiver", receiver)
        .param("token", token)
        .update();
  }

  private static Claim row(ResultSet rs, int n) throws SQLException {
    String sealed = rs.getString("sealed_secret");
    UUID token = rs.getObject("claim", UUID.class);
    return new Claim(
        rs.getLong("alarm_delivery_id"),
        rs.getLong("alarm_receiver_id"),
        token == null ? new UUID(0, 0) : token,
        rs.getString("name"),
        ReceiverKind.find(rs.getString("kind")).orElseThrow(),
        rs.getString("address"),
        sealed == null ? null : new Sealed(sealed),
        rs.getString("event"),
        rs.getString("problem"));
  }
}
