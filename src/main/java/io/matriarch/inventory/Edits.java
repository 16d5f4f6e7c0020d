package io.matriarch.inventory;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Outcome;
import io.matriarch.security.Scope;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes one edit: announces it to the trail, makes it behind a savepoint, writes down what came of
 * it, tells open grids. All in one transaction; what was refused stays in the trail.
 */
@Component
public class Edits {

  private final JdbcClient jdbc;
  private final Audit audit;
  private final TransactionTemplate whole;
  private final TransactionTemplate savepoint;

  Edits(JdbcClient jdbc, Audit audit, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.audit = audit;
    this.whole = new TransactionTemplate(transactions);
    this.savepoint = new TransactionTemplate(transactions);
    this.savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  /**
   * @throws EditRefused as the edit does; the trail then says REFUSED with the reason
   */
  public <T> T make(AuditEntry entry, Supplier<T> edit) {
    Result<T> result =
        whole.execute(
            status -> {
              long intent = audit.intent(entry);
              Result<T> made = attempt(edit);
              audit.outcome(intent, made.outcome(), made.detail());
              announce(entry);
              return made;
            });
    return result.orThrow();
  }

  /** The same, for an edit that yields nothing. */
  public void make(AuditEntry entry, Runnable edit) {
    make(
        entry,
        () -> {
          edit.run();
          return true;
        });
  }

  private <T> Result<T> attempt(Supplier<T> edit) {
    try {
      return new Result<>(savepoint.execute(status -> edit.get()), null);
    } catch (EditRefused e) {
      return new Result<>(null, e);
    } catch (DuplicateKeyException e) {
      return new Result<>(null, Violations.conflict(e));
    } catch (DataIntegrityViolationException e) {
      return new Result<>(null, Violations.refusal(e));
    }
  }

  /** The environments in question; what is in none is the concern of the whole installation. */
  static Scope scope(@Nullable Long... environments) {
    Set<Long> named = new HashSet<>();
    for (@Nullable Long id : environments) {
      if (id != null) {
        named.add(id);
      }
    }
    return named.isEmpty() ? Scope.everywhere() : Scope.environments(named);
  }

  /** Grids reload what they show; the payload only says what kind of thing changed. */
  private void announce(AuditEntry entry) {
    jdbc.sql("select pg_notify('inventory', :kind)")
        .param("kind", entry.targetKind())
        .query((row, n) -> true)
        .list();
  }

  /** The exception for an edit that was made on an older version of what is stored now. */
  public LostUpdate lost(
      String what, String kind, Versioned<? extends Record> now, int edited, Record yours) {
    Change last = lastChange(kind, now.id());
    return new LostUpdate(
        what,
        edited,
        now.version(),
        last.who(),
        last.at(),
        Differences.between(now.content(), yours));
  }

  private Change lastChange(String kind, long id) {
    return jdbc.sql(
            """
            select actor, at from audit_event
             where target_kind = :kind and target_id = :id and outcome = 'SUCCEEDED'
             order by audit_event.id desc limit 1
            """)
        .param("kind", kind)
        .param("id", id)
        .query((row, n) -> new Change(row.getString(1), row.getTimestamp(2).toInstant()))
        .optional()
        .orElse(new Change(null, null));
  }

  private record Change(@Nullable String who, @Nullable Instant at) {}

  private record Result<T>(@Nullable T value, @Nullable EditRefused refusal) {

    Outcome outcome() {
      return refusal == null ? Outcome.SUCCEEDED : Outcome.REFUSED;
    }

    Map<String, Object> detail() {
      if (refusal != null) {
        return Map.of("reason", refusal.reason());
      }
      return value instanceof Creation creation
          ? Map.of(creation.isNew() ? "id" : "existed", creation.id())
          : Map.of();
    }

    @SuppressWarnings("NullAway") // exactly one of the two is set
    T orThrow() {
      if (refusal != null) {
        throw refusal;
      }
      return value;
    }
  }
}
