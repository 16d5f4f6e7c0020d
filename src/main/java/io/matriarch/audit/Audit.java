package io.matriarch.audit;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads the trail. Whoever cannot write here must not change anything either. */
@Service
public class Audit {

  private static final String COLUMNS =
      "actor, role, origin, address, action, target_kind, target, target_id, environment,"
          + " plan_hash, intent_id, outcome, detail";

  private final JdbcClient jdbc;
  private final TransactionTemplate apart;
  private final AuditSearch search;
  private final JsonMapper json = JsonMapper.builder().build();

  Audit(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.apart = new TransactionTemplate(transactions);
    this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    this.search = new AuditSearch(jdbc);
  }

  /**
   * Announces a change, in the caller's transaction: they are committed together or not at all.
   *
   * @return the number that {@link #outcome} names
   */
  public long intent(AuditEntry entry) {
    return insert(entry, Outcome.INTENT);
  }

  /** Says what came of an announced attempt, in the caller's transaction. */
  public void outcome(long intentId, Outcome outcome, Map<String, Object> detail) {
    int added =
        jdbc.sql(
                """
                insert into matriarch.audit_event (%s)
                select actor, role, origin, address, action, target_kind, target, target_id,
                       environment, plan_hash, id, :outcome, cast(:detail as jsonb)
                  from matriarch.audit_event where id = :intent and outcome = 'INTENT'
                """
                    .formatted(COLUMNS))
            .param("outcome", outcome.name())
            .param("detail", json.writeValueAsString(detail))
            .param("intent", intentId)
            .update();
    if (added != 1) {
      throw new IllegalArgumentException("no announced attempt has the number " + intentId);
    }
  }

  /**
   * Announces parts of an announced attempt, each with its number under that name in the detail, in
   * the caller's transaction.
   *
   * @return the number that {@link #outcome} names, by part
   */
  public Map<Integer, Long> parts(long intentId, String name, List<Integer> parts) {
    Map<Integer, Long> ids = new TreeMap<>();
    jdbc.sql(
            """
            insert into matriarch.audit_event (%s)
            select actor, role, origin, address, action, target_kind, target, target_id,
                   environment, plan_hash, null, 'INTENT',
                   detail || jsonb_build_object('partOf', id, :name::text, part)
              from matriarch.audit_event, unnest(:parts::int[]) as part
             where id = :intent and outcome = 'INTENT'
            returning id, (detail ->> :name)::int as part
            """
                .formatted(COLUMNS))
        .param("name", name)
        .param("parts", parts.toArray(Integer[]::new))
        .param("intent", intentId)
        .query(
            row -> {
              ids.put(row.getInt("part"), row.getLong("id"));
            });
    if (ids.size() != parts.size()) {
      throw new IllegalArgumentException("no announced attempt has the number " + intentId);
    }
    return ids;
  }

  /** Notes a refused attempt, in a transaction of its own: the caller's is about to be undone. */
  public void denied(AuditEntry entry) {
    apart.executeWithoutResult(status -> insert(entry, Outcome.DENIED));
  }

  /** Notes what was done at once and needs no announcement, such as a sign-in. */
  public void done(AuditEntry entry, Outcome outcome) {
    insert(entry, outcome);
  }

  /** Finds events, newest first. */
  public AuditPage search(AuditQuery query) {
    return search.find(query);
  }

  private long insert(AuditEntry entry, Outcome outcome) {
    @Nullable Long id =
        jdbc.sql(
                """
                insert into matriarch.audit_event (%s)
                values (:actor, :role, :origin, :address, :action, :targetKind, :target, :targetId,
                        :environment, :planHash, null, :outcome, cast(:detail as jsonb))
                returning id
                """
                    .formatted(COLUMNS))
            .param("actor", entry.actor())
            .param("role", entry.role())
            .param("origin", entry.origin().stored())
            .param("address", entry.address())
            .param("action", entry.action())
            .param("targetKind", entry.targetKind())
            .param("target", entry.target())
            .param("targetId", entry.targetId())
            .param("environment", entry.environment())
            .param("planHash", entry.planHash())
            .param("outcome", outcome.name())
            .param("detail", json.writeValueAsString(entry.detail()))
            .query(Long.class)
            .single();
    return Objects.requireNonNull(id);
  }
}
