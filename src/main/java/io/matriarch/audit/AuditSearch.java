package io.matriarch.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Turns a query into SQL with bound values. */
final class AuditSearch {

  private final JdbcClient jdbc;

  AuditSearch(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  AuditPage find(AuditQuery query) {
    Conditions conditions = new Conditions(query);
    long total =
        jdbc.sql("select count(*) from matriarch.audit_event" + conditions.sql())
            .params(conditions.values)
            .query(Long.class)
            .single();
    List<AuditEvent> items =
        jdbc.sql(
                "select * from matriarch.audit_event"
                    + conditions.sql()
                    + " order by id desc limit :size offset :skip")
            .params(conditions.values)
            .param("size", query.size())
            .param("skip", (long) query.page() * query.size())
            .query(AuditSearch::event)
            .list();
    return new AuditPage(items, total);
  }

  private static final class Conditions {
    private final List<String> all = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();

    Conditions(AuditQuery query) {
      add("actor = :actor", "actor", query.actor());
      add("action = :action", "action", query.action());
      add("outcome = :outcome", "outcome", query.outcome() == null ? null : query.outcome().name());
      add("origin = :origin", "origin", query.origin() == null ? null : query.origin().stored());
      add("target_kind = :targetKind", "targetKind", query.targetKind());
      add("target_id = :targetId", "targetId", query.targetId());
      add(
          "at >= :from",
          "from",
          query.from() == null ? null : query.from().atOffset(ZoneOffset.UTC));
      add(
          "at < :until",
          "until",
          query.until() == null ? null : query.until().atOffset(ZoneOffset.UTC));
      String text = query.text() == null || query.text().isBlank() ? null : query.text().strip();
      add(
          "concat_ws(' ', actor, address, action, target, environment, outcome, plan_hash,"
              + " detail::text) ilike :text escape '!'",
          "text",
          text == null ? null : "%" + text.replaceAll("([!%_])", "!$1") + "%");
    }

    private void add(String condition, String name, @Nullable Object value) {
      if (value != null) {
        all.add(condition);
        values.put(name, value);
      }
    }

    String sql() {
      return all.isEmpty() ? "" : " where " + String.join(" and ", all);
    }
  }

  private static AuditEvent event(ResultSet row, int number) throws SQLException {
    return new AuditEvent(
        row.getLong("id"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("actor"),
        row.getString("role"),
        Origin.parse(row.getString("origin")),
        row.getString("address"),
        row.getString("action"),
        row.getString("target_kind"),
        row.getString("target"),
        row.getObject("target_id", Long.class),
        row.getString("environment"),
        row.getString("plan_hash"),
        row.getObject("intent_id", Long.class),
        Outcome.valueOf(row.getString("outcome")),
        row.getString("detail"));
  }
}
