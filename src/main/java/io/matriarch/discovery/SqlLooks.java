package io.matriarch.discovery;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Herd;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.MonitorLogin;
import io.matriarch.inventory.MonitorLogins;
import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.ObservedInstance;
import io.matriarch.postgres.SqlLogin;
import io.matriarch.postgres.SqlProbe;
import io.matriarch.postgres.SqlUnavailable;
import io.matriarch.security.SealBroken;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Looks by SQL over the network at instances whose herd names a login, and keeps what came of it.
 */
@Component
class SqlLooks {

  private final MonitorLogins logins;
  private final JdbcClient jdbc;

  SqlLooks(MonitorLogins logins, JdbcClient jdbc) {
    this.logins = logins;
    this.jdbc = jdbc;
  }

  /** What came of one attempt: a look, or why there is none. */
  record Attempt(@Nullable ObservedInstance observed, String trouble) {}

  Attempt look(Fleet fleet, Server server, Instance instance, Cluster cluster, MonitorLogin login) {
    try {
      SqlLogin complete =
          new SqlLogin(
              server.address(),
              cluster.port(),
              login.database(),
              login.login(),
              logins.password(login).reveal(),
              login.rootCertificate());
      SqlProbe.Answer answer = SqlProbe.observe(complete, cluster);
      String other = otherCluster(fleet.herds().get(instance.herdId()), answer.observed());
      if (other != null) {
        return failed(
            instance, "What answers at %s is another cluster: %s.".formatted(complete, other));
      }
      keep(instance, answer.rights().name(), null);
      return new Attempt(answer.observed(), "");
    } catch (SqlUnavailable | SealBroken e) {
      return failed(instance, String.valueOf(e.getMessage()));
    }
  }

  private Attempt failed(Instance instance, String trouble) {
    String clean = Readings.clean(trouble, 1000);
    keep(instance, null, clean);
    return new Attempt(null, clean);
  }

  /** Behind an address there may be a balancer, or another cluster may have taken the port. */
  private static @Nullable String otherCluster(@Nullable Herd herd, ObservedInstance observed) {
    String known = herd == null ? null : herd.systemIdentifier();
    String shown = observed.systemIdentifier();
    return known == null || shown == null || Objects.equals(known, shown)
        ? null
        : "system identifier %s, not %s".formatted(shown, known);
  }

  private void keep(Instance instance, @Nullable String rights, @Nullable String trouble) {
    jdbc.sql(
            """
            insert into monitor_look (instance_id, rights, trouble)
            select instance_id, :rights, :trouble from instance where instance_id = :instance
            on conflict (instance_id) do update
               set looked_at = now(), rights = excluded.rights, trouble = excluded.trouble
            """)
        .param("instance", instance.id())
        .param("rights", rights)
        .param("trouble", trouble)
        .update();
  }
}
