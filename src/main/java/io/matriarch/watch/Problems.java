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
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is wrong in the fleet, and what people chose to live with for a while. */
@Service
public class Problems {

  /** The furthest end of a suppression. */
  public static final Duration LONGEST = Duration.ofDays(90);

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
            .column("since", "first_seen", INSTANT)
            .column("lastSeen", "last_seen", INSTANT)
            .column("open", "open", BOOLEAN)
            .column("suppressed", "suppressed", BOOLEAN)
            .column("suppressedUntil", "suppressed_until", INSTANT)
            .column("suppressedOwner", "suppressed_owner", TEXT)
            .column("suppressedBy", "suppressed_by", TEXT)
            .column("suppressedReason", "suppressed_reason", TEXT)
            .searching("kind", "detail", "server", "herd")
            .orderedBy("open desc, suppressed, severity, first_seen");
  }

  /** All problems, ended ones included: filter {@code open:true} for those of now. */
  public Listing<ProblemRow> listing() {
    return listing;
  }

  /** How many are open and not suppressed. */
  public long openCount() {
    return listing.total(open());
  }

  /**
   * The open split brains and lost primaries: they stand at the top of every page, split brains
   * first and even if they are suppressed.
   */
  public List<ProblemRow> alarms() {
    return listing
        .page(
            Query.all()
                .and(Query.Filter.equal("open", "true"))
                .and(
                    Query.Filter.equal(
                        "kind",
                        "split-brain",
                        "primary-dead",
                        "primary-hung",
                        "primary-unreachable",
                        "automatic-brake",
                        "commits-waiting")))
        .stream()
        .filter(p -> !p.suppressed() || isSplitBrain(p))
        .sorted(Comparator.comparing(p -> !isSplitBrain(p)))
        .toList();
  }

  private static boolean isSplitBrain(ProblemRow problem) {
    return problem.kind().equals("split-brain");
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
   * Does not count the problem until then, or until it ends; that of a lost node until it is seen
   * streaming.
   *
   * @param owner who answers for it meanwhile; null for whoever asks
   * @throws NotFound if there is none, or it has ended
   * @throws InvalidField if the end is past or too far, or there is no reason
   */
  public void suppress(long id, Instant until, @Nullable String owner, String reason) {
    ProblemRow problem = open(id);
    Actor actor = require(problem, "problem.suppress");
    String responsible = owner == null || owner.isBlank() ? actor.name() : owner.strip();
    check(until, responsible, reason);
    change(
        problem,
        actor
            .entry("problem.suppress")
            .with("until", until.toString())
            .with("owner", responsible)
            .with("reason", reason.strip()),
        () ->
            jdbc.sql(
                    """
                    update problem set suppressed_until = :until, suppressed_at = now(),
                           suppressed_by = :by, suppressed_owner = :owner,
                           suppressed_reason = :reason, suppression_over_at = null
                     where problem_id = :id and ended_at is null
                    """)
                .param("until", Timestamp.from(until))
                .param("by", actor.name())
                .param("owner", responsible)
                .param("reason", reason.strip())
                .param("id", id)
                .update());
  }

  private void check(Instant until, String owner, String reason) {
    Instant now = clock.instant();
    if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
      throw new InvalidField(
          "until",
          "must be an instant to come, at most %d days from now".formatted(LONGEST.toDays()));
    }
    if (reason.isBlank() || reason.strip().length() > 500) {
      throw new InvalidField("reason", "must have 1 to 500 characters");
    }
    if (owner.length() > 100) {
      throw new InvalidField("owner", "must have at most 100 characters");
    }
  }

  /**
   * Counts it again, and what the same lost node shows besides.
   *
   * @throws NotFound if there is none, or it has ended
   */
  public void lift(long id) {
    ProblemRow problem = open(id);
    Actor actor = require(problem, "problem.lift");
    change(
        problem,
        actor.entry("problem.lift"),
        () ->
            jdbc.sql(
                    """
                    update problem o set suppression_over_at = now()
                      from problem p
                     where p.problem_id = :id and o.suppressed_until > now()
                       and o.suppression_over_at is null
                       and (o.problem_id = p.problem_id
                            or is_lost_node(p.kind) and is_lost_node(o.kind)
                               and same_node(o.instance_id, o.server_id, p.instance_id, p.server_id))
                    """)
                .param("id", id)
                .update());
  }

  private ProblemRow open(long id) {
    return listing
        .byKey(id)
        .filter(ProblemRow::open)
        .orElseThrow(() -> new NotFound("open problem", id));
  }

  private Actor require(ProblemRow problem, String action) {
    return access.require(Role.DBA, scope(problem), action, problem.detail());
  }

  private void change(ProblemRow problem, AuditEntry entry, IntSupplier edit) {
    transaction.executeWithoutResult(
        status -> {
          long intent =
              audit.intent(
                  entry.on("problem", problem.detail(), problem.id()).in(problem.environment()));
          int changed = edit.getAsInt();
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
        rs.getString("suppressed_owner"),
        rs.getString("suppressed_reason"),
        rs.getObject("server_id", Long.class),
        rs.getString("server"),
        rs.getObject("herd_id", Long.class),
        rs.getString("herd"),
        rs.getObject("instance_id", Long.class),
        rs.getObject("environment_id", Long.class),
        rs.getString("environment"),
        rs.getObject("job_id", Long.class));
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    Timestamp value = rs.getTimestamp(column);
    return value == null ? null : value.toInstant();
  }
}
