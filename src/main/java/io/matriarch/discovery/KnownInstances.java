package io.matriarch.discovery;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of some servers' instances as they are before a look is applied. */
final class KnownInstances {

  record Key(long serverId, String dataDirectory) {}

  record Known(
      Key key,
      long herdId,
      @Nullable String herdIdentifier,
      @Nullable Integer port,
      boolean online) {}

  private final Map<Key, Known> byKey = new HashMap<>();

  static KnownInstances load(JdbcClient jdbc, Collection<Long> serverIds) {
    KnownInstances all = new KnownInstances();
    jdbc.sql(
            """
            select i.server_id, i.data_directory, i.herd_id, h.system_identifier, i.port,
                   coalesce(i.online, false) as online
              from instance i join herd h using (herd_id) where i.server_id = any(:servers)
            """)
        .param("servers", serverIds.toArray(Long[]::new))
        .query(
            (rs, n) ->
                new Known(
                    new Key(rs.getLong("server_id"), rs.getString("data_directory")),
                    rs.getLong("herd_id"),
                    rs.getString("system_identifier"),
                    rs.getObject("port", Integer.class),
                    rs.getBoolean("online")))
        .list()
        .forEach(known -> all.byKey.put(known.key(), known));
    return all;
  }

  Optional<Known> find(long serverId, String dataDirectory) {
    return Optional.ofNullable(byKey.get(new Key(serverId, dataDirectory)));
  }

  Set<Long> herds() {
    return byKey.values().stream().map(Known::herdId).collect(Collectors.toSet());
  }

  /** Whether another cluster of the server runs on that port. */
  boolean runsElsewhere(long serverId, String dataDirectory, int port) {
    return byKey.values().stream()
        .anyMatch(
            known ->
                known.online()
                    && known.key().serverId() == serverId
                    && known.port() != null
                    && known.port() == port
                    && !known.key().dataDirectory().equals(dataDirectory));
  }
}
