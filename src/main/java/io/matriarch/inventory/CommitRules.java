package io.matriarch.inventory;

import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What commits on the primaries of herds wait for. A report from before one of our runs that may
 * have set {@code synchronous_standby_names} is not believed.
 */
public final class CommitRules {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  public CommitRules(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** By herd; those whose primary never told are missing. */
  Map<Long, Commits> of(Collection<Long> herds) {
    Map<Long, Commits> found = new HashMap<>();
    jdbc.sql("select * from v_commit_rule where herd_id = any(:herds)")
        .param("herds", herds.toArray(Long[]::new))
        .query(
            row -> {
              found.put(row.getLong("herd_id"), commits(row));
            });
    return found;
  }

  /**
   * Of one primary.
   *
   * @param run that asks: what it did itself is no reason to doubt
   */
  public Commits of(long primary, long run) {
    return jdbc.sql("select * from v_commit_rule where instance_id = :primary")
        .param("primary", primary)
        .query((row, n) -> commits(row, run))
        .optional()
        .orElse(Commits.UNKNOWN);
  }

  private static Commits commits(ResultSet row) throws SQLException {
    return commits(row, -1);
  }

  private static Commits commits(ResultSet row, long run) throws SQLException {
    boolean doubted = Stream.of(ids(row)).anyMatch(id -> id != run);
    return new Commits(
        doubted ? null : row.getString("names"),
        receivers(row.getString("standbys")),
        Rows.instantOf(row, "told_at"));
  }

  private static Long[] ids(ResultSet row) throws SQLException {
    return (Long[]) row.getArray("changed_by").getArray();
  }

  private static List<Commits.Receiver> receivers(@Nullable String json) {
    return JSON.readTree(Objects.requireNonNullElse(json, "[]"))
        .valueStream()
        .map(e -> new Commits.Receiver(e.path("name").asString(""), member(e.path("member"))))
        .toList();
  }

  private static @Nullable Long member(JsonNode id) {
    return id.isNumber() ? id.asLong() : null;
  }
}
