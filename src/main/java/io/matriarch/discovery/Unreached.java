package io.matriarch.discovery;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Outcome;
import io.matriarch.inventory.Server;
import io.matriarch.remote.ShellUnavailable;
import io.matriarch.remote.ShellUnavailable.Reason;
import io.matriarch.security.Actor;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records that a server could not be reached. Its instances are unreachable then, never stopped;
 * one whose agent has just reported is as the agent says.
 */
@Component
class Unreached {

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Ledger ledger;
  private final Audit audit;

  Unreached(JdbcClient jdbc, PlatformTransactionManager transactions, Ledger ledger, Audit audit) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.ledger = ledger;
    this.audit = audit;
  }

  /**
   * @param began when the probe began: what was reported since then is newer
   */
  void record(Server server, List<Long> instanceIds, ShellUnavailable why, Instant began) {
    if (why.reason() == Reason.LIMIT) {
      // It was us who had no connection left; nothing is known of the server.
      return;
    }
    transaction.executeWithoutResult(
        status -> {
          ledger.takeTurn();
          if (why.reason() != Reason.TIMEOUT) {
            markServer(server, why);
          }
          markInstances(instanceIds, String.valueOf(why.getMessage()), began);
          ledger.announce(List.of(server.id()), herdsOf(instanceIds));
        });
  }

  /**
   * Of a server that has no SSH: it could not be asked by SQL, and nothing else can be looked at.
   */
  void record(Server server, long instanceId, String why, Instant began) {
    transaction.executeWithoutResult(
        status -> {
          ledger.takeTurn();
          markInstances(List.of(instanceId), why, began);
          ledger.announce(List.of(server.id()), herdsOf(List.of(instanceId)));
        });
  }

  /** Neither we nor others reach it, which is newer than what its agent said before. */
  void recordLost(long instanceId, String why, Instant began) {
    transaction.executeWithoutResult(
        status -> {
          ledger.takeTurn();
          List<Long> still =
              jdbc.sql(
                      """
                      select instance_id from instance
                       where instance_id = :instance and state <> 'unreachable'
                         and greatest(reported_at, probed_at) < :began
                      """)
                  .param("instance", instanceId)
                  .param("began", Timestamp.from(began))
                  .query(Long.class)
                  .list();
          new InstanceTable(jdbc).unreachable(still, why);
          ledger.announce(List.of(), herdsOf(still));
        });
  }

  private void markServer(Server server, ShellUnavailable why) {
    boolean otherKey = why.reason() == Reason.HOST_KEY_MISMATCH && !server.hostKeys().isEmpty();
    if (otherKey && !knownAlarm(server.id(), why.presentedFingerprint())) {
      audit.done(
          Actor.system("probe")
              .entry("server.host-key-changed")
              .on("server", server.name(), server.id())
              .with("expected", why.expectedFingerprints())
              .with("shown", String.valueOf(why.presentedFingerprint())),
          Outcome.FAILED);
    }
    jdbc.sql(
            """
            insert into server_report as r (server_id, unreachable_since, unreachable_reason,
                                            host_key_alarm_at, host_key_seen)
            values (:server, now(), :reason, case when :alarm then now() end, :seen)
            on conflict (server_id) do update
               set unreachable_since = coalesce(r.unreachable_since, excluded.unreachable_since),
                   unreachable_reason = excluded.unreachable_reason,
                   host_key_alarm_at = coalesce(r.host_key_alarm_at, excluded.host_key_alarm_at),
                   host_key_seen = coalesce(excluded.host_key_seen, r.host_key_seen)
            """)
        .param("server", server.id())
        .param("reason", Readings.clean(String.valueOf(why.getMessage()), 1000))
        .param("alarm", otherKey)
        .param("seen", otherKey ? why.presentedFingerprint() : null)
        .update();
  }

  private boolean knownAlarm(long serverId, @Nullable String fingerprint) {
    return jdbc.sql(
            """
            select exists (select from server_report
                            where server_id = :server and host_key_alarm_at is not null
                              and host_key_seen is not distinct from cast(:seen as text))
            """)
        .param("server", serverId)
        .param("seen", fingerprint)
        .query(Boolean.class)
        .single();
  }

  private void markInstances(List<Long> instanceIds, String why, Instant began) {
    List<Long> unknown =
        jdbc.sql(
                """
                select i.instance_id from instance i left join server_report r using (server_id)
                 where i.instance_id = any(:instances)
                   and (i.reported_at is null
                        or i.reported_at
                           < cast(:began as timestamptz) - 1.5 * make_interval(secs => coalesce(r.interval_seconds, 30)))
                """)
            .param("instances", instanceIds.toArray(Long[]::new))
            .param("began", Timestamp.from(began))
            .query(Long.class)
            .list();
    new InstanceTable(jdbc).unreachable(unknown, why);
  }

  private List<Long> herdsOf(List<Long> instanceIds) {
    return jdbc.sql("select distinct herd_id from instance where instance_id = any(:instances)")
        .param("instances", instanceIds.toArray(Long[]::new))
        .query(Long.class)
        .list();
  }
}
