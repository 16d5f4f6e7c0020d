package io.matriarch.discovery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;

/** Takes the reports that wait in agent_report to the ledger, oldest first, many at a time. */
@Component
class Inbox {

  private static final Logger log = LoggerFactory.getLogger(Inbox.class);
  private static final int BATCH = 200;

  private record Letter(long serverId, long seq, Instant receivedAt, String document) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Ledger ledger;

  Inbox(JdbcClient jdbc, PlatformTransactionManager transactions, Ledger ledger) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.ledger = ledger;
  }

  /** Applies all that wait now; returns how many that were. */
  int drain() {
    int total = 0;
    int taken;
    do {
      taken = applyBatch();
      total += taken;
    } while (taken == BATCH);
    return total;
  }

  private int applyBatch() {
    try {
      return apply(BATCH);
    } catch (DataAccessException | IllegalArgumentException | JacksonException e) {
      // One that cannot be applied must not keep the others waiting.
      log.warn("Applying {} reports at once failed ({}); trying one by one", BATCH, e.toString());
      return applyOneByOne();
    }
  }

  private int apply(int most) {
    Integer taken =
        transaction.execute(
            status -> {
              ledger.takeTurn();
              List<Letter> letters = waiting(most);
              List<Look> looks = new ArrayList<>();
              letters.forEach(letter -> looks.add(read(letter)));
              ledger.apply(looks);
              markApplied(letters);
              return letters.size();
            });
    return taken == null ? 0 : taken;
  }

  private int applyOneByOne() {
    List<Letter> letters = waiting(BATCH);
    for (Letter letter : letters) {
      try {
        transaction.executeWithoutResult(
            status -> {
              ledger.apply(List.of(read(letter)));
              markApplied(List.of(letter));
            });
      } catch (DataAccessException | IllegalArgumentException | JacksonException e) {
        log.error("The report of server {} cannot be applied", letter.serverId, e);
        giveUp(letter);
      }
    }
    return letters.size();
  }

  private static Look read(Letter letter) {
    return Look.report(
        letter.serverId, letter.receivedAt, Reporting.JSON.readTree(letter.document));
  }

  private List<Letter> waiting(int most) {
    return jdbc.sql(
            """
            select server_id, seq, received_at, document from agent_report
             where not applied order by received_at limit :most
            """)
        .param("most", most)
        .query(
            (rs, n) ->
                new Letter(
                    rs.getLong("server_id"),
                    rs.getLong("seq"),
                    rs.getTimestamp("received_at").toInstant(),
                    rs.getString("document")))
        .list();
  }

  /** Unless a newer one has taken its place meanwhile. */
  private void markApplied(List<Letter> letters) {
    jdbc.sql(
            """
            update agent_report set applied = true
             where server_id = any(:servers) and seq = any(:seqs)
            """)
        .param("servers", letters.stream().map(Letter::serverId).toArray(Long[]::new))
        .param("seqs", letters.stream().map(Letter::seq).toArray(Long[]::new))
        .update();
  }

  private void giveUp(Letter letter) {
    markApplied(List.of(letter));
    jdbc.sql(
            """
            insert into server_report (server_id, refused_at, refused_reason)
            values (:server, now(), :reason)
            on conflict (server_id) do update
               set refused_at = excluded.refused_at, refused_reason = excluded.refused_reason
            """)
        .param("server", letter.serverId)
        .param("reason", "Matriarch could not apply the report; its log says why")
        .update();
  }
}
