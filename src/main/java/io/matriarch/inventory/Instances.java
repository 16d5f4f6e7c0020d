package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * What people edit about an instance: whether it should become primary, and that it is no more.
 * Facts come from agents.
 */
@Service
public class Instances {

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;

  Instances(JdbcClient jdbc, Access access, Edits edits) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
  }

  /**
   * Takes an instance out of the inventory that its server no longer reports.
   *
   * @throws Conflict if it was reported lately, since the next report would bring it back
   */
  public void forget(long id) {
    Known known = find(id).orElseThrow(() -> new NotFound("instance", id));
    Actor actor =
        access.require(
            Role.DBA, Edits.scope(known.environmentId()), "instance.forget", known.name());
    edits.make(
        actor.entry("instance.forget").on("instance", known.name(), id), () -> remove(id, known));
  }

  public Optional<Versioned<InstanceDraft>> edited(long id) {
    return jdbc.sql("select preference, edits from instance where instance_id = :id")
        .param("id", id)
        .query(
            (row, n) ->
                new Versioned<>(
                    id,
                    row.getInt("edits"),
                    new InstanceDraft(Candidacy.Preference.of(row.getString("preference")))))
        .optional();
  }

  /**
   * @throws LostUpdate when somebody edited it since that version
   */
  public void update(long id, int version, InstanceDraft draft) {
    Known known = find(id).orElseThrow(() -> new NotFound("instance", id));
    Versioned<InstanceDraft> now = edited(id).orElseThrow(() -> new NotFound("instance", id));
    Actor actor =
        access.require(
            Role.DBA, Edits.scope(known.environmentId()), "instance.update", known.name());
    edits.make(
        Changed.note(
            actor.entry("instance.update").on("instance", known.name(), id), now.content(), draft),
        () -> save(known, now, version, draft));
  }

  private void save(Known known, Versioned<InstanceDraft> now, int version, InstanceDraft draft) {
    int changed =
        jdbc.sql(
                """
                update instance set preference = :preference, edits = edits + 1
                where instance_id = :id and edits = :version
                """)
            .param("preference", draft.preference().word())
            .param("id", now.id())
            .param("version", version)
            .update();
    if (changed == 0) {
      throw edits.lost("instance " + Quoted.text(known.name()), "instance", now, version, draft);
    }
  }

  private void remove(long id, Known known) {
    if (known.reported()) {
      throw new Conflict(
          "instance %s was not deleted: its server reports it. Remove the cluster from the server, or stop the agent, first."
              .formatted(Quoted.text(known.name())));
    }
    jdbc.sql("delete from instance where instance_id = :id").param("id", id).update();
  }

  private Optional<Known> find(long id) {
    return jdbc.sql(
            """
            select server || ':' || coalesce(port::text, data_directory), environment_id,
                   missing_since is null and freshness <> 'silent' as reported
              from v_instance where instance_id = :id
            """)
        .param("id", id)
        .query(
            (row, n) ->
                new Known(row.getString(1), Rows.longOf(row, "environment_id"), row.getBoolean(3)))
        .optional();
  }

  private record Known(String name, @Nullable Long environmentId, boolean reported) {}
}
