package io.matriarch.alarm;

import io.matriarch.database.Rows;
import io.matriarch.inventory.Versioned;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Receivers as people wrote them, in table {@code alarm_receiver}. */
@Component
class ReceiverTable {

  private final JdbcClient jdbc;

  ReceiverTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Versioned<ReceiverDraft>> find(long id) {
    return jdbc.sql("select * from alarm_receiver where alarm_receiver_id = :id")
        .param("id", id)
        .query((row, n) -> new Versioned<>(id, row.getInt("version"), draft(row)))
        .optional();
  }

  Optional<Long> lookUp(String name) {
    return jdbc.sql("select alarm_receiver_id from alarm_receiver where name = :name")
        .param("name", name)
        .query(Long.class)
        .optional();
  }

  long insert(ReceiverDraft draft) {
    return bind(
            jdbc.sql(
                """
                insert into alarm_receiver (name, kind, address, environment_id, least_severity,
                                            problem_kinds, enabled)
                values (:name, :kind, :address, :environment, :severity, :kinds, :enabled)
                returning alarm_receiver_id
                """),
            draft)
        .param("kind", draft.kind())
        .query(Long.class)
        .single();
  }

  /** False if it has another version by now. */
  boolean update(long id, int version, ReceiverDraft draft) {
    return bind(
                jdbc.sql(
                    """
                    update alarm_receiver set name = :name, address = :address, environment_id = :environment,
                           least_severity = :severity, problem_kinds = :kinds, enabled = :enabled,
                           version = version + 1, updated_at = now()
                     where alarm_receiver_id = :id and version = :version
                    """),
                draft)
            .param("id", id)
            .param("version", version)
            .update()
        == 1;
  }

  /** False if it has another version by now. */
  boolean delete(long id, int version) {
    return jdbc.sql(
                "delete from alarm_receiver where alarm_receiver_id = :id and version = :version")
            .param("id", id)
            .param("version", version)
            .update()
        == 1;
  }

  boolean knowsEnvironment(long id) {
    return jdbc.sql("select exists (select from environment where environment_id = :id)")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, ReceiverDraft draft) {
    List<String> kinds = draft.problemKinds();
    return sql.param("name", draft.name())
        .param("address", draft.address())
        .param("environment", draft.environmentId(), Types.BIGINT)
        .param("severity", draft.leastSeverity())
        .param("kinds", kinds == null ? null : kinds.toArray(String[]::new), Types.ARRAY)
        .param("enabled", draft.enabled());
  }

  private static ReceiverDraft draft(ResultSet row) throws SQLException {
    List<String> kinds = Rows.textsOf(row, "problem_kinds");
    return new ReceiverDraft(
        row.getString("name"),
        row.getString("kind"),
        row.getString("address"),
        null,
        Rows.longOf(row, "environment_id"),
        row.getString("least_severity"),
        kinds.isEmpty() ? null : kinds,
        row.getBoolean("enabled"));
  }
}
