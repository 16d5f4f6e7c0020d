package io.matriarch.watch;

import static io.matriarch.database.Listing.Type.BOOLEAN;
import static io.matriarch.database.Listing.Type.INSTANT;
import static io.matriarch.database.Listing.Type.NUMBER;
import static io.matriarch.database.Listing.Type.TEXT;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Outcome;
import io.matriarch.database.Listing;
import io.matriarch.database.Query;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is wrong in the fleet, and what people chose to live with for a while. */
@Service
public class Problems {

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Access access;
  private final Audit audit;
  private final Clock clock;
  private final Listing<ProblemRow> listing;

  Problems(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Access access,
      Audit audit,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.access = access;
    this.audit = audit;
    this.clock = clock;
    this.listing =
        new Listing<>(jdbc, "v_problem", "problem_id", Problems::row)
            .column("id", "problem_id", NUMBER)
            .column("kind", "kind", TEXT)
            .column("severity", "severity", TEXT)
            .column("detail", "detail", TEXT)
            .column("server", "server", TEXT)
            .column("serverId", "server_id", NUMBER)
            .column("herd", "herd", TEXT)
            .column("herdId", "herd_id", NUMBER)
            .column("instanceId", "instance_id", NUMBER)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("firstSeen", "first_seen", INSTANT)
            .column("lastSeen", "last_seen", INSTANT)
            .column("open", "open", BOOLEAN)
            .column("suppressed", "suppressed", BOOLEAN)
            .searching("kind", "detail", "server", "herd")
            .orderedBy("open desc, severity, first_seen");
  }

  /** All problems, ended ones included: filter {@code open:true} for those of now. */
  public Listing<ProblemRow> listing() {
    return listing;
  }

  /** How many are open and not suppressed. */
  public long openCount() {
    return listing.total(open());
  }

  /** The open split brains, suppressed or not: they stand at the top of every page. */
  public List<ProblemRow> splitBrains() {
    return listing.page(
        Query.all()
            .and(Query.Filter.equal("open", "true"))
            .and(Query.Filter.equal("kind", "split-brain")));
  }

  /** Open and not suppressed, worst first, oldest first. */
  public List<ProblemRow> open(int most) {
    return listing.page(open().window(0, most));
  }

  private static Query open() {
    return Query.all()
        .and(Query.Filter.equal("open", "true"))
        .and(Query.Filter.equal("suppressed", "false"));
  }

  /**
   * Does not count the problem until then, also if it goes and comes back.
   *
   * @throws NoSuchElementException if there is none, or it has ended
   * @throws IllegalArgumentException if the end is past, or there is no reason
   */
  public void suppress(long id, Instant until, String reason) {
    if (!until.isAfter(clock.instant())) {
      throw new IllegalArgumentException(
          "A problem is suppressed until an instant to come; %s is past.".formatted(until));
    }
    if (reason.isBlank() || reason.length() > 500) {
      throw new IllegalArgumentException(
          "A problem is suppressed with a reason of 1 to 500 characters.");
    }
    change(
        id,
        "problem.suppress",
        entry -> entry.with("until", until.toString()).with("reason", reason),
        actor ->
            jdbc.sql(
                    """
                    update problem set suppressed_until = :until, suppressed_by = :by,
                           suppressed_reason = :reason
                     where problem_id = :id
                    """)
                .param("until", Timestamp.from(until))
                .param("by", actor.name())
                .param("reason", reason.strip())
                .param("id", id)
                .update());
  }

  /** Counts it again. */
  public void unsuppress(long id) {
    change(
        id,
        "problem.unsuppress",
        entry -> entry,
        actor ->
            jdbc.sql(
                    """
                    update problem set suppressed_until = null, suppressed_by = null,
                           suppressed_reason = null
                     where problem_id = :id
                    """)
                .param("id", id)
                .update());
  }

  private void change(
      long id, String action, UnaryOperator<AuditEntry> details, ToIntFunction<Actor> edit) {
    ProblemRow problem =
        listing
            .byKey(id)
            .filter(ProblemRow::open)
            .orElseThrow(() -> new NoSuchElementException("There is no open problem " + id + "."));
    Actor actor = access.require(Role.OPERATOR, scope(problem), action, problem.detail());
    transaction.executeWithoutResult(
        status -> {
          AuditEntry entry =
              actor.entry(action).on("problem", problem.detail(), id).in(problem.environment());
          long intent = audit.intent(details.apply(entry));
          int changed = edit.applyAsInt(actor);
          audit.outcome(intent, Outcome.SUCCEEDED, Map.of("changed", changed));
          jdbc.sql("select pg_notify('problem', '')").query((rs, n) -> n).list();
        });
  }

  private static Scope scope(ProblemRow problem) {
    Long environment = problem.environmentId();
    return environment == null ? Scope.everywhere() : Scope.environment(environment);
  }

  private static ProblemRow row(ResultSet rs, int n) throws SQLException {
    return new ProblemRow(
        rs.getLong("problem_id"),
        rs.getString("kind"),
        rs.getString("severity"),
        rs.getString("detail"),
        Objects.requireNonNull(instant(rs, "first_seen")),
        Objects.requireNonNull(instant(rs, "last_seen")),
        instant(rs, "ended_at"),
        rs.getBoolean("open"),
        rs.getBoolean("suppressed"),
        instant(rs, "suppressed_until"),
        rs.getString("suppressed_by"),
        rs.getString("suppressed_reason"),
        rs.getObject("server_id", Long.class),
        rs.getString("server"),
        rs.getObject("herd_id", Long.class),
        rs.getString("herd"),
        rs.getObject("instance_id", Long.class),
        rs.getObject("environment_id", Long.class),
        rs.getString("environment"));
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    Timestamp value = rs.getTimestamp(column);
    return value == null ? null : value.toInstant();
  }
}
