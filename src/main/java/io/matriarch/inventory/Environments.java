package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Edits environments. Every edit needs the role dba and is in the audit trail. */
@Service
public class Environments implements Editable<EnvironmentDraft> {

  private static final String KIND = "environment";

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;

  Environments(JdbcClient jdbc, Access access, Edits edits) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
  }

  @Override
  public Optional<Versioned<EnvironmentDraft>> find(long id) {
    return jdbc.sql("select * from environment where environment_id = :id")
        .param("id", id)
        .query(
            (row, n) ->
                new Versioned<>(
                    id,
                    row.getInt("version"),
                    new EnvironmentDraft(
                        row.getString("name"),
                        row.getString("description"),
                        row.getInt("position"),
                        Rows.intOf(row, "stall_objective_ms"),
                        Rows.intOf(row, "lag_objective_seconds"))))
        .optional();
  }

  /**
   * The id of the environment with this name.
   *
   * @throws NotFound naming it
   */
  public long idOf(String name) {
    return lookUp(name).orElseThrow(() -> new NotFound(KIND, name));
  }

  @Override
  public Creation create(EnvironmentDraft draft, Set<String> given) {
    Actor actor = access.require(Role.DBA, Scope.everywhere(), "environment.create", draft.name());
    return edits.make(
        actor.entry("environment.create").on(KIND, draft.name(), null), () -> insert(draft, given));
  }

  @Override
  public void update(long id, int version, EnvironmentDraft draft) {
    Versioned<EnvironmentDraft> now = get(id);
    Actor actor =
        access.require(Role.DBA, Scope.environment(id), "environment.update", now.content().name());
    edits.make(
        Changed.note(
            actor.entry("environment.update").on(KIND, now.content().name(), id),
            now.content(),
            draft),
        () -> save(id, version, draft));
  }

  @Override
  public void delete(long id, int version) {
    Versioned<EnvironmentDraft> now = get(id);
    String name = now.content().name();
    Actor actor = access.require(Role.DBA, Scope.environment(id), "environment.delete", name);
    edits.make(
        actor.entry("environment.delete").on(KIND, name, id), () -> remove(id, version, now));
  }

  private Creation insert(EnvironmentDraft draft, Set<String> given) {
    Optional<Long> made =
        jdbc.sql(
                """
                insert into environment (name, description, position, stall_objective_ms, lag_objective_seconds)
                values (:name, :description, :position, :stall, :lag)
                on conflict do nothing returning environment_id
                """)
            .param("name", draft.name())
            .param("description", draft.description())
            .param("position", draft.position())
            .param("stall", draft.stallObjectiveMillis())
            .param("lag", draft.lagObjectiveSeconds())
            .query(Long.class)
            .optional();
    return made.map(Creation::made).orElseGet(() -> existing(draft, given));
  }

  private Creation existing(EnvironmentDraft draft, Set<String> given) {
    Versioned<EnvironmentDraft> there = get(idOf(draft.name()));
    Changed.refuseOther(what(draft.name()), there.content(), draft, given);
    return Creation.existing(there.id());
  }

  private void save(long id, int version, EnvironmentDraft draft) {
    lookUp(draft.name())
        .filter(other -> other != id)
        .ifPresent(other -> Changed.refuseName(what(draft.name())));
    int saved =
        jdbc.sql(
                """
                update environment set name = :name, description = :description,
                       position = :position, stall_objective_ms = :stall,
                       lag_objective_seconds = :lag, version = version + 1, updated_at = now()
                 where environment_id = :id and version = :version
                """)
            .param("name", draft.name())
            .param("description", draft.description())
            .param("position", draft.position())
            .param("stall", draft.stallObjectiveMillis())
            .param("lag", draft.lagObjectiveSeconds())
            .param("id", id)
            .param("version", version)
            .update();
    if (saved == 0) {
      throw edits.lost(what(draft.name()), KIND, get(id), version, draft);
    }
  }

  private void remove(long id, int version, Versioned<EnvironmentDraft> read) {
    List<String> children =
        jdbc.sql(
                """
                select 'herd ' || name from herd where environment_id = :id
                union all select 'server ' || name from server where environment_id = :id
                union all select 'alarm receiver ' || name from alarm_receiver where environment_id = :id
                order by 1
                """)
            .param("id", id)
            .query(String.class)
            .list();
    if (!children.isEmpty()) {
      throw new HasChildren(what(read.content().name()), children);
    }
    int deleted =
        jdbc.sql("delete from environment where environment_id = :id and version = :version")
            .param("id", id)
            .param("version", version)
            .update();
    if (deleted == 0) {
      throw edits.lost(what(read.content().name()), KIND, get(id), version, read.content());
    }
  }

  private Versioned<EnvironmentDraft> get(long id) {
    return find(id).orElseThrow(() -> new NotFound(KIND, id));
  }

  private Optional<Long> lookUp(String name) {
    return jdbc.sql("select environment_id from environment where name = :name")
        .param("name", name)
        .query(Long.class)
        .optional();
  }

  private static String what(String name) {
    return "environment " + Quoted.text(name);
  }
}
