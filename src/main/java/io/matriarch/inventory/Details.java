package io.matriarch.inventory;

import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Reads what single pages show: all facts of an instance, and lag over the last hours. */
@Component
public class Details {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  Details(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Lag of one instance at one moment; null where it was unknown. */
  public record LagSample(long instanceId, Instant at, @Nullable Long lagBytes) {}

  public Optional<InstanceDetail> instance(long id) {
    return jdbc.sql("select * from instance where instance_id = :id")
        .param("id", id)
        .query(Details::detail)
        .optional();
  }

  /** Samples of the standbys of a herd, oldest first. */
  public List<LagSample> lag(long herdId, Duration back) {
    return jdbc.sql(
            """
            select s.instance_id, s.at, s.lag_bytes
              from instance_sample s join instance i using (instance_id)
             where i.herd_id = :herd and i.role = 'standby' and s.at > now() - make_interval(secs => :back)
             order by s.at
            """)
        .param("herd", herdId)
        .param("back", back.toSeconds())
        .query(
            (rs, n) ->
                new LagSample(
                    rs.getLong("instance_id"),
                    rs.getTimestamp("at").toInstant(),
                    Rows.longOf(rs, "lag_bytes")))
        .list();
  }

  private static InstanceDetail detail(ResultSet rs, int n) throws SQLException {
    return new InstanceDetail(
        rs.getLong("instance_id"),
        rs.getString("owner"),
        rs.getString("socket_directory"),
        rs.getString("bin_directory"),
        rs.getString("config_file"),
        rs.getString("debian_cluster"),
        rs.getString("unit"),
        rs.getString("system_identifier"),
        rs.getString("control_state"),
        rs.getString("write_lsn"),
        rs.getString("receive_lsn"),
        rs.getString("replay_lsn"),
        Rows.instantOf(rs, "replayed_at"),
        rs.getString("checkpoint_lsn"),
        Rows.instantOf(rs, "started_at"),
        Rows.instantOf(rs, "changed_at"),
        Rows.booleanOf(rs, "standby_signal"),
        object(rs, "upstream"),
        list(rs, "slots"),
        list(rs, "standbys"),
        object(rs, "settings"),
        object(rs, "archiver"),
        object(rs, "data_volume"),
        object(rs, "wal_volume"));
  }

  private static List<Map<String, String>> list(ResultSet rs, String column) throws SQLException {
    JsonNode node = JSON.readTree(rs.getString(column));
    return node.valueStream().map(Details::texts).toList();
  }

  private static Map<String, String> object(ResultSet rs, String column) throws SQLException {
    String text = rs.getString(column);
    return text == null ? Map.of() : texts(JSON.readTree(text));
  }

  /** Facts that are null in the report are left out. */
  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> one : node.properties()) {
      if (!one.getValue().isNull()) {
        texts.put(one.getKey(), one.getValue().asString());
      }
    }
    return texts;
  }
}
