package io.matriarch.discovery;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Outcome;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Copies: writable forks of a herd that live in another environment. */
@Service
public class Copies {

  private record Copy(
      long instanceId,
      long herdId,
      String herd,
      String server,
      @Nullable Long environmentId,
      @Nullable Long herdEnvironmentId,
      @Nullable String clusterName,
      @Nullable Integer port,
      String dataDirectory,
      boolean copy) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Access access;
  private final Audit audit;
  private final Ledger ledger;

  Copies(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Access access,
      Audit audit,
      Ledger ledger) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.access = access;
    this.audit = audit;
    this.ledger = ledger;
  }

  /**
   * Makes a copy, with those that follow it, a herd of its own in the environment of its server.
   *
   * @return the new herd's id
   * @throws NoSuchElementException if there is no such instance
   * @throws IllegalStateException if it is not a copy (any more)
   */
  public long makeHerd(long instanceId) {
    Copy asked = find(instanceId);
    Actor actor =
        access.require(
            Role.DBA,
            scope(asked.environmentId, asked.herdEnvironmentId),
            "herd.separate",
            asked.server);
    Long herd =
        transaction.execute(
            status -> {
              ledger.takeTurn();
              return separate(actor, find(instanceId));
            });
    return java.util.Objects.requireNonNull(herd);
  }

  private long separate(Actor actor, Copy copy) {
    if (!copy.copy) {
      throw new IllegalStateException(
          "Making %s:%s a herd of its own: it is a member of %s and no copy of it. Nothing was changed; reload to see what it is now."
              .formatted(copy.server, copy.port, copy.herd));
    }
    AuditEntry entry =
        actor
            .entry("herd.separate")
            .on("instance", copy.server + ":" + copy.port, copy.instanceId)
            .with("from", copy.herd);
    long intent = audit.intent(entry);
    String name =
        new HerdNames(jdbc)
            .free(
                HerdName.of(copy.server, copy.clusterName, copy.port, copy.dataDirectory),
                copy.environmentId);
    long herd =
        jdbc.sql(
                """
                insert into herd (environment_id, name, system_identifier, lineage, description)
                select :environment, :name, h.system_identifier,
                       (select max(o.lineage) + 1 from herd o
                         where o.system_identifier = h.system_identifier), :description
                  from herd h where h.herd_id = :herd
                returning herd_id
                """)
            .param("environment", copy.environmentId)
            .param("name", name)
            .param("description", "A copy of " + copy.herd)
            .param("herd", copy.herdId)
            .query(Long.class)
            .single();
    List<Long> moved = move(copy.instanceId, herd);
    new Lineage(jdbc).derive(List.of(copy.herdId, herd));
    audit.outcome(
        intent, Outcome.SUCCEEDED, Map.of("herd", name, "herdId", herd, "instances", moved));
    ledger.announce(List.of(), List.of(copy.herdId, herd));
    return herd;
  }

  private List<Long> move(long instanceId, long herd) {
    return jdbc.sql(
            """
            with recursive followers as (
              select instance_id from instance where instance_id = :instance
              union
              select i.instance_id from instance i join followers f on i.upstream_id = f.instance_id)
            update instance set herd_id = :herd, copy = false, changed_at = now()
             where instance_id in (select instance_id from followers)
            returning instance_id
            """)
        .param("instance", instanceId)
        .param("herd", herd)
        .query(Long.class)
        .list();
  }

  private Copy find(long instanceId) {
    return jdbc.sql(
            """
            select i.instance_id, i.herd_id, h.name, s.name as server, s.environment_id,
                   h.environment_id as herd_environment_id, i.cluster_name, i.port,
                   i.data_directory, i.copy
              from instance i join herd h using (herd_id) join server s using (server_id)
             where i.instance_id = :instance
            """)
        .param("instance", instanceId)
        .query(
            (rs, n) ->
                new Copy(
                    rs.getLong("instance_id"),
                    rs.getLong("herd_id"),
                    rs.getString("name"),
                    rs.getString("server"),
                    rs.getObject("environment_id", Long.class),
                    rs.getObject("herd_environment_id", Long.class),
                    rs.getString("cluster_name"),
                    rs.getObject("port", Integer.class),
                    rs.getString("data_directory"),
                    rs.getBoolean("copy")))
        .optional()
        .orElseThrow(() -> new NoSuchElementException("There is no instance " + instanceId + "."));
  }

  private static Scope scope(@Nullable Long first, @Nullable Long second) {
    Set<Long> ids = new TreeSet<>();
    if (first != null) {
      ids.add(first);
    }
    if (second != null) {
      ids.add(second);
    }
    return ids.isEmpty() ? Scope.everywhere() : Scope.environments(ids);
  }
}
