package io.matriarch.discovery;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Names of herds that formed themselves; a name that people gave is never touched. */
final class HerdNames {

  private record Naming(
      long herdId,
      String server,
      @Nullable Long environmentId,
      @Nullable Integer port,
      String dataDirectory,
      @Nullable String clusterName,
      @Nullable String nameKept) {

    String wanted() {
      return nameKept != null ? nameKept : HerdName.of(server, clusterName, port, dataDirectory);
    }
  }

  private static final int LONGEST = 63;

  private final JdbcClient jdbc;

  HerdNames(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The wanted name, or with the next free number behind it, unique in the environment. */
  String free(String wanted, @Nullable Long environmentId) {
    return free(wanted, environmentId, 0);
  }

  private String free(String wanted, @Nullable Long environmentId, long exceptHerd) {
    String name = wanted;
    for (int number = 2; taken(name, environmentId, exceptHerd); number++) {
      String end = "-" + number;
      name = Readings.clean(wanted, LONGEST - end.length()) + end;
    }
    return name;
  }

  private boolean taken(String name, @Nullable Long environmentId, long exceptHerd) {
    return jdbc.sql(
            """
            select exists (
              select from herd where name = :name and herd_id <> :except
                 and environment_id is not distinct from cast(:environment as bigint))
            """)
        .param("name", name)
        .param("except", exceptHerd)
        .param("environment", environmentId)
        .query(Boolean.class)
        .single();
  }

  /**
   * Names herds after their primary once that was seen, and takes those without an environment into
   * that of their primary's server.
   */
  void settle(Collection<Long> herdIds) {
    for (Naming naming : toSettle(herdIds)) {
      jdbc.sql(
              """
              update herd set name = :name, environment_id = :environment, named_from = 'primary',
                     updated_at = now()
               where herd_id = :herd and version = 1
              """)
          .param("name", free(naming.wanted(), naming.environmentId, naming.herdId))
          .param("environment", naming.environmentId)
          .param("herd", naming.herdId)
          .update();
    }
  }

  private List<Naming> toSettle(Collection<Long> herdIds) {
    return jdbc.sql(
            """
            select distinct on (h.herd_id) h.herd_id, s.name, s.environment_id,
                   coalesce(i.port, i.configured_port) as port, i.data_directory, i.cluster_name,
                   case when h.named_from = 'primary' then h.name end as kept
              from herd h
              join instance i on i.herd_id = h.herd_id and i.state = 'primary' and not i.copy
              join server s on s.server_id = i.server_id
             where h.herd_id = any(:herds) and h.version = 1
               and (h.named_from = 'member'
                    or h.named_from = 'primary' and h.environment_id is null
                       and s.environment_id is not null)
             order by h.herd_id, i.timeline nulls last, i.instance_id
            """)
        .param("herds", herdIds.toArray(Long[]::new))
        .query(
            (rs, n) ->
                new Naming(
                    rs.getLong("herd_id"),
                    rs.getString("name"),
                    rs.getObject("environment_id", Long.class),
                    rs.getObject("port", Integer.class),
                    rs.getString("data_directory"),
                    rs.getString("cluster_name"),
                    rs.getString("kept")))
        .list();
  }
}
