package io.matriarch.watch;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Outcome;
import io.matriarch.check.AutomaticChecks;
import io.matriarch.check.Check;
import io.matriarch.database.Rows;
import io.matriarch.inventory.Conflict;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.Herd;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which herds fail over by themselves, what came of it, and the brake that stops all of them. Every
 * change needs the role dba and is in the audit trail.
 */
@Service
public class Automatics {

  private static final int LATELY = 5;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Fleets fleets;
  private final Access access;
  private final Audit audit;

  Automatics(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Fleets fleets,
      Access access,
      Audit audit) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.fleets = fleets;
    this.access = access;
    this.audit = audit;
  }

  /**
   * How a herd stands.
   *
   * @param on null if it does not fail over by itself
   * @param checks whether it could now
   * @param blockedUntil when it may do so again; null if it may
   * @param lately what it did, the last first
   * @param brake null if none is pulled
   */
  public record Standing(
      @Nullable On on,
      List<Check> checks,
      @Nullable Instant blockedUntil,
      List<Recovery> lately,
      @Nullable Brake brake) {
    public Standing {
      checks = List.copyOf(checks);
      lately = List.copyOf(lately);
    }

    /** Why it could not; empty if it could. */
    public List<String> reasons() {
      return checks.stream().filter(Check::hasFailed).map(Automatics::reason).toList();
    }
  }

  /** Since when, and who turned it on. */
  public record On(Instant since, String by) {}

  /**
   * A failover that the console began by itself.
   *
   * @param state of its run, such as {@code SUCCEEDED}
   * @param counts whether it keeps the herd from doing so again until it is acknowledged
   */
  public record Recovery(
      long jobId,
      String verdict,
      Instant decidedAt,
      String state,
      boolean counts,
      @Nullable Instant acknowledgedAt,
      @Nullable String acknowledgedBy) {}

  /** Since when no herd fails over by itself, and why. */
  public record Brake(Instant pulledAt, String reason) {}

  /**
   * How a herd stands now.
   *
   * @throws NotFound if there is no such herd
   */
  public Standing of(long herd) {
    Fleet fleet = load(herd);
    Optional<Instant> blocked =
        jdbc.sql(
                "select blocked_until from v_automatic where herd_id = :herd and blocked_until > now()")
            .param("herd", herd)
            .query((rs, n) -> Objects.requireNonNull(Rows.instantOf(rs, "blocked_until")))
            .optional();
    return new Standing(
        on(herd).orElse(null),
        checks(List.of(herd), fleet).getOrDefault(herd, List.of()),
        blocked.orElse(null),
        lately(herd),
        brake().orElse(null));
  }

  private Optional<On> on(long herd) {
    return jdbc.sql(
            "select turned_on_at, turned_on_by from automatic_failover where herd_id = :herd")
        .param("herd", herd)
        .query(
            (rs, n) ->
                new On(
                    Objects.requireNonNull(Rows.instantOf(rs, "turned_on_at")),
                    rs.getString("turned_on_by")))
        .optional();
  }

  private List<Recovery> lately(long herd) {
    return jdbc.sql(
            """
            select * from v_automatic_recovery where herd_id = :herd
             order by decided_at desc limit :most
            """)
        .param("herd", herd)
        .param("most", LATELY)
        .query(
            (rs, n) ->
                new Recovery(
                    rs.getLong("job_id"),
                    rs.getString("verdict"),
                    Objects.requireNonNull(Rows.instantOf(rs, "decided_at")),
                    rs.getString("run_state"),
                    rs.getBoolean("counts"),
                    Rows.instantOf(rs, "acknowledged_at"),
                    rs.getString("acknowledged_by")))
        .list();
  }

  /** The brake, if it is pulled. */
  public Optional<Brake> brake() {
    return jdbc.sql("select pulled_at, reason from automatic_brake where released_at is null")
        .query(
            (rs, n) ->
                new Brake(
                    Objects.requireNonNull(Rows.instantOf(rs, "pulled_at")),
                    rs.getString("reason")))
        .optional();
  }

  /**
   * From now on a standby takes over by itself when the primary is dead.
   *
   * @throws Conflict if that would not be safe now; it names why
   */
  public void turnOn(long herd) {
    Fleet fleet = load(herd);
    Actor actor = require(fleet, herd, "herd.automatic-failover-on");
    List<String> reasons =
        checks(List.of(herd), fleet).getOrDefault(herd, List.of()).stream()
            .filter(Check::hasFailed)
            .map(Automatics::reason)
            .toList();
    if (!reasons.isEmpty()) {
      throw new Conflict(
          "Automatic failover of herd %s was not turned on: %s."
              .formatted(herd(fleet, herd).name(), String.join("; ", reasons)));
    }
    change(
        entry(actor, fleet, herd, "herd.automatic-failover-on"),
        """
        insert into automatic_failover (herd_id, turned_on_by) values (:herd, :by)
        on conflict do nothing
        """,
        Map.of("herd", herd, "by", actor.name()));
  }

  /** From now on only people fail the herd over. */
  public void turnOff(long herd) {
    Fleet fleet = load(herd);
    Actor actor = require(fleet, herd, "herd.automatic-failover-off");
    change(
        entry(actor, fleet, herd, "herd.automatic-failover-off"),
        "delete from automatic_failover where herd_id = :herd",
        Map.of("herd", herd));
  }

  /** Somebody has seen that the herd failed over by itself: it may do so again. */
  public void acknowledge(long herd) {
    Fleet fleet = load(herd);
    Actor actor = require(fleet, herd, "herd.automatic-failover-acknowledge");
    change(
        entry(actor, fleet, herd, "herd.automatic-failover-acknowledge"),
        """
        update automatic_recovery set acknowledged_at = now(), acknowledged_by = :by
         where herd_id = :herd and acknowledged_at is null
        """,
        Map.of("herd", herd, "by", actor.name()));
  }

  /**
   * Somebody has looked: herds fail over by themselves again. Those that failed until now count no
   * more.
   */
  public void release() {
    Actor actor =
        access.require(Role.DBA, Scope.everywhere(), "automatic-brake.release", "automatic brake");
    change(
        actor.entry("automatic-brake.release").on("automatic-brake", "automatic brake", null),
        "update automatic_brake set released_at = now(), released_by = :by where released_at is null",
        Map.of("by", actor.name()));
  }

  /** Keeps whether those that are turned on could do it now. */
  void examine() {
    List<Long> herds =
        jdbc.sql(
                """
                select herd_id from automatic_failover a
                 where not exists (select from failure f where f.herd_id = a.herd_id)
                   and not exists (select from herd_lock l where l.herd_id = a.herd_id)
                """)
            .query(Long.class)
            .list();
    if (herds.isEmpty()) {
      return;
    }
    Fleet fleet = fleets.load(List.of(), herds, List.of());
    checks(herds, fleet)
        .forEach(
            (herd, checks) -> {
              String gap =
                  checks.stream()
                      .filter(Check::hasFailed)
                      .map(Automatics::reason)
                      .collect(Collectors.joining("; "));
              jdbc.sql(
                      """
                      update automatic_failover set gap = nullif(left(:gap, 2000), ''), looked_at = now()
                       where herd_id = :herd
                      """)
                  .param("gap", gap)
                  .param("herd", herd)
                  .update();
            });
  }

  private Map<Long, List<Check>> checks(List<Long> herds, Fleet fleet) {
    boolean fences =
        jdbc.sql("select value = 'on' from setting where name = 'fence.returning'")
            .query(Boolean.class)
            .single();
    String own =
        jdbc.sql("select system_identifier::text from pg_control_system()")
            .query(String.class)
            .single();
    return herds.stream()
        .filter(herd -> fleet.herds().containsKey(herd))
        .collect(
            Collectors.toMap(herd -> herd, herd -> AutomaticChecks.of(herd, fleet, fences, own)));
  }

  private static String reason(Check check) {
    return "%s: %s".formatted(check.name(), check.seen());
  }

  private Fleet load(long herd) {
    Fleet fleet = fleets.load(List.of(), List.of(herd), List.of());
    if (!fleet.herds().containsKey(herd)) {
      throw new NotFound("herd", herd);
    }
    return fleet;
  }

  private static Herd herd(Fleet fleet, long herd) {
    return Objects.requireNonNull(fleet.herds().get(herd));
  }

  private Actor require(Fleet fleet, long herd, String action) {
    Long environment = herd(fleet, herd).environmentId();
    Scope scope = environment == null ? Scope.everywhere() : Scope.environment(environment);
    return access.require(Role.DBA, scope, action, herd(fleet, herd).name());
  }

  private static AuditEntry entry(Actor actor, Fleet fleet, long herd, String action) {
    return actor.entry(action).on("herd", herd(fleet, herd).name(), herd);
  }

  private void change(AuditEntry entry, String sql, Map<String, ?> parameters) {
    transaction.executeWithoutResult(
        status -> {
          long intent = audit.intent(entry);
          int changed = jdbc.sql(sql).params(parameters).update();
          audit.outcome(intent, Outcome.SUCCEEDED, Map.of("changed", changed));
          jdbc.sql("select refresh_problems(), pg_notify('problem', '')")
              .query((rs, n) -> n)
              .list();
        });
  }
}
