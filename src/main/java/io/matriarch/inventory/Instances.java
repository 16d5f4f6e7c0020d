package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** The one thing people edit about an instance: that it is no more. Facts come from agents. */
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
