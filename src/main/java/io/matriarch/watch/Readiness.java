package io.matriarch.watch;

import io.matriarch.check.Check;
import io.matriarch.database.Rows;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Whether a herd's primary could be switched, as last seen, and a look at it now. */
@Service
public class Readiness {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;
  private final Access access;
  private final ReadinessRound round;

  Readiness(JdbcClient jdbc, Access access, ReadinessRound round) {
    this.jdbc = jdbc;
    this.access = access;
    this.round = round;
  }

  /**
   * One candidate, the first by rule first.
   *
   * @param candidate name of its server; null if the herd has none
   */
  public record Seen(@Nullable String candidate, boolean ready, List<Check> checks, Instant at) {}

  /** What was last seen; empty if nobody has looked yet. */
  public List<Seen> ofHerd(long herd) {
    return jdbc.sql(
            """
            select s.name, r.ready, r.checks::text as checks, r.at
              from readiness r left join instance i using (instance_id) left join server s using (server_id)
             where r.herd_id = :herd order by r.place
            """)
        .param("herd", herd)
        .query(
            (rs, n) ->
                new Seen(
                    rs.getString("name"),
                    rs.getBoolean("ready"),
                    JSON.readValue(rs.getString("checks"), new TypeReference<List<Check>>() {}),
                    Objects.requireNonNull(Rows.instantOf(rs, "at"))))
        .list();
  }

  /** Who could reach whom within a herd; empty if nobody has tried yet. */
  public Optional<Connectivity> connectivity(long herd) {
    return jdbc.sql(
            "select ways::text as ways, members, at from herd_connectivity where herd_id = :herd")
        .param("herd", herd)
        .query(
            (rs, n) ->
                new Connectivity(
                    JSON.readValue(
                        rs.getString("ways"), new TypeReference<List<Connectivity.Way>>() {}),
                    rs.getInt("members"),
                    Objects.requireNonNull(Rows.instantOf(rs, "at"))))
        .optional();
  }

  /** Begins to look now; what is seen is told to open pages. */
  public void checkNow(long herd) {
    access.require(Role.OPERATOR, Scope.everywhere(), "herd.check-readiness", "herd " + herd);
    round.ask(herd);
  }
}
