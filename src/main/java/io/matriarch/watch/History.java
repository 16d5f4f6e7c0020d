package io.matriarch.watch;

import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what happened to the fleet, newest first. */
@Component
public class History {

  private final JdbcClient jdbc;

  History(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Of the whole fleet, during the last week. */
  public List<Happening> lately(int most) {
    return read("at > now() - interval '7 days'", 0, most);
  }

  public List<Happening> ofHerd(long herdId, int most) {
    return read("herd_id = :id", herdId, most);
  }

  /** That of its instances included. */
  public List<Happening> ofServer(long serverId, int most) {
    return read("server_id = :id", serverId, most);
  }

  public List<Happening> ofInstance(long instanceId, int most) {
    return read("instance_id = :id", instanceId, most);
  }

  /** Names are looked up for those lines only that are shown. */
  private List<Happening> read(String condition, long id, int most) {
    return jdbc.sql(
            """
            select t.at, t.kind, t.was, t.became, t.detail, t.actor, t.target,
                   s.name || ':' || coalesce(i.port, i.configured_port)::text as instance,
                   s.name as server, h.name as herd, i.instance_id, s.server_id, h.herd_id
              from (select * from v_happening where %s order by at desc limit :most) t
              left join instance i on i.instance_id = t.instance_id
              left join server s on s.server_id = coalesce(t.server_id, i.server_id)
              left join herd h on h.herd_id = coalesce(t.herd_id, i.herd_id)
             order by t.at desc, t.kind, t.became, instance
            """
                .formatted(condition))
        .param("id", id)
        .param("most", most)
        .query(History::row)
        .list();
  }

  private static Happening row(ResultSet rs, int n) throws SQLException {
    return new Happening(
        rs.getTimestamp("at").toInstant(),
        rs.getString("kind"),
        rs.getString("was"),
        rs.getString("became"),
        rs.getString("detail"),
        rs.getString("actor"),
        rs.getString("instance"),
        rs.getString("server"),
        rs.getString("herd"),
        rs.getString("target"),
        Rows.longOf(rs, "instance_id"),
        Rows.longOf(rs, "server_id"),
        Rows.longOf(rs, "herd_id"));
  }
}
