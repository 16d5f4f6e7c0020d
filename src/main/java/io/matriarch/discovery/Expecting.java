package io.matriarch.discovery;

import io.matriarch.inventory.Expected;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps instances that are being made, so that they belong to their herd from the first look. */
@Component
class Expecting {

  private final JdbcClient jdbc;
  private final Ledger ledger;

  Expecting(JdbcClient jdbc, Ledger ledger) {
    this.jdbc = jdbc;
    this.ledger = ledger;
  }

  long put(Expected e) {
    int made =
        jdbc.sql(
                """
                insert into instance (server_id, herd_id, data_directory, port, socket_directory, bin_directory,
                                      config_file, owner, debian_cluster, unit, version, version_num, role, state,
                                      state_reason, changed_at)
                values (:server, :herd, :data, :port, :socket, :bin, :config, :owner, :debian, :unit,
                        cast(:version / 10000 as text), :version, 'standby', 'unreachable', 'it is being made', now())
                on conflict do nothing
                """)
            .param("server", e.serverId())
            .param("herd", e.herdId())
            .param("data", e.dataDirectory())
            .param("port", e.port())
            .param("socket", e.socketDirectory())
            .param("bin", e.binDirectory())
            .param("config", e.configFile())
            .param("owner", e.owner())
            .param("debian", e.debianCluster())
            .param("unit", e.unit())
            .param("version", e.versionNum())
            .update();
    long id =
        jdbc.sql(
                """
                select instance_id from instance
                 where server_id = :server and data_directory = :data and herd_id = :herd
                """)
            .param("server", e.serverId())
            .param("data", e.dataDirectory())
            .param("herd", e.herdId())
            .query(Long.class)
            .optional()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the inventory knows another instance in %s or on port %d of that server"
                            .formatted(e.dataDirectory(), e.port())));
    if (made > 0) {
      ledger.announce(List.of(), List.of(e.herdId()));
    }
    return id;
  }

  void remove(long instance) {
    List<Long> herds =
        jdbc.sql(
                """
                delete from instance
                 where instance_id = :instance and observed_at is null and missing_since is null
                returning herd_id
                """)
            .param("instance", instance)
            .query(Long.class)
            .list();
    if (!herds.isEmpty()) {
      ledger.announce(List.of(), herds);
    }
  }
}
