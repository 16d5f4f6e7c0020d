package io.matriarch.job;

import io.matriarch.database.Rows;
import io.matriarch.inventory.CommitRules;
import io.matriarch.inventory.Commits;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@link Terms} of one run in our own database. */
final class JdbcTerms implements Terms {

  private final JdbcClient jdbc;
  private final Owned run;

  JdbcTerms(JdbcClient jdbc, Owned run) {
    this.jdbc = jdbc;
    this.run = run;
  }

  @Override
  public long reserve() throws StepFailed {
    Optional<Long> ours = ours();
    if (ours.isPresent()) {
      return ours.get();
    }
    try {
      return jdbc.sql(
              """
              insert into herd_term (herd_id, term, run_id, former_id)
              select :herd, coalesce(max(term), 0) + 1, :run,
                     (select primary_id from v_herd where herd_id = :herd)
                from herd_term where herd_id = :herd
              returning term
              """)
          .param("herd", herd())
          .param("run", run.runId())
          .query(Long.class)
          .single();
    } catch (DuplicateKeyException e) {
      throw new StepFailed(
          "Another run reserved the next term of herd %d at the same moment. Nothing was changed; see what it does before you repeat this."
              .formatted(herd()));
    }
  }

  @Override
  public void publish(InstanceRef primary, String address, int timeline) throws StepFailed {
    int published =
        jdbc.sql(
                """
                update herd_term t set published_at = coalesce(published_at, now()), instance_id = :instance,
                       address = :address, port = :port, timeline = :timeline
                where herd_id = :herd and run_id = :run
                  and not exists (select from herd_term higher where higher.herd_id = t.herd_id and higher.term > t.term)
                """)
            .param("instance", primary.id())
            .param("address", address)
            .param("port", primary.port())
            .param("timeline", timeline)
            .param("herd", herd())
            .param("run", run.runId())
            .update();
    if (published != 1) {
      throw new StepFailed(
          "%s is not published as primary: a higher term of this herd was reserved by another run. Both may think they act for it; look at the herd before anything else."
              .formatted(primary));
    }
  }

  @Override
  public OptionalLong requireOwn() throws StepFailed {
    record Standing(boolean ours, boolean overtaken) {}
    Optional<Long> term = ours();
    Standing now =
        jdbc.sql(
                """
                select r.attempt = :attempt and r.state = 'RUNNING',
                       exists (select from herd_term t where t.herd_id = r.herd_id and t.run_id <> r.run_id
                                  and (t.term > :term::bigint or :term::bigint is null and t.reserved_at > r.started_at))
                  from run r where r.run_id = :run
                """)
            .param("attempt", run.attempt())
            .param("term", term.orElse(null))
            .param("run", run.runId())
            .query((row, n) -> new Standing(row.getBoolean(1), row.getBoolean(2)))
            .single();
    if (!now.ours()) {
      throw new OwnershipLost(
          "run %d: another attempt has taken it over; this one stops".formatted(run.runId()));
    }
    if (now.overtaken()) {
      throw new StepFailed(
          "Another run reserved a later term of herd %d while this one was at work. Nothing more is published; look at the herd before anything else."
              .formatted(herd()));
    }
    return term.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  @Override
  public Known known(InstanceRef primary) throws StepFailed {
    return jdbc.sql(
            """
            select greatest(i.timeline, t.timeline) as timeline, i.write_lsn, i.observed_at
              from instance i left join v_herd_primary t using (herd_id)
             where i.instance_id = :instance and coalesce(i.timeline, t.timeline) is not null
            """)
        .param("instance", primary.id())
        .query(
            (row, n) ->
                new Known(
                    row.getInt("timeline"),
                    row.getString("write_lsn"),
                    Rows.instantOf(row, "observed_at")))
        .optional()
        .orElseThrow(
            () ->
                new StepFailed(
                    "On which timeline %s wrote is not known: it was never seen running, and never published. Nothing was changed; bring it back, or promote a standby by hand."
                        .formatted(primary)));
  }

  @Override
  public Commits commits(InstanceRef primary) {
    return new CommitRules(jdbc).of(primary.id(), run.runId());
  }

  @Override
  public String ownIdentifier() {
    return jdbc.sql("select system_identifier::text from pg_control_system()")
        .query(String.class)
        .single();
  }

  private Optional<Long> ours() {
    return jdbc.sql("select term from herd_term where herd_id = :herd and run_id = :run")
        .param("herd", herd())
        .param("run", run.runId())
        .query(Long.class)
        .optional();
  }

  private long herd() {
    return Objects.requireNonNull(run.herdId(), "a term belongs to a herd");
  }
}
