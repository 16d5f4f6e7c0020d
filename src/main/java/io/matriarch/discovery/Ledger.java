package io.matriarch.discovery;

import io.matriarch.discovery.Herding.Member;
import io.matriarch.discovery.Order.Clockwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies looks to the inventory, many at once, in one transaction of about fifteen statements. One
 * writer at a time over all consoles: what follows from a herd's rows is never computed from half
 * of them.
 */
@Component
class Ledger {

  private static final int LONGEST_NEWS = 7_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final ServerTable servers;
  private final InstanceTable instances;
  private final Herding herding;
  private final HerdNames names;
  private final Lineage lineage;

  Ledger(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.servers = new ServerTable(jdbc);
    this.instances = new InstanceTable(jdbc);
    this.names = new HerdNames(jdbc);
    this.herding = new Herding(jdbc, names);
    this.lineage = new Lineage(jdbc);
  }

  /** Takes what is newer than what is known, at most one look a server. */
  void apply(List<Look> looks) {
    if (!looks.isEmpty()) {
      transaction.executeWithoutResult(status -> inTransaction(looks));
    }
  }

  private void inTransaction(List<Look> looks) {
    takeTurn();
    List<Long> serverIds = looks.stream().map(Look::serverId).toList();
    Map<Long, Clockwork> clocks = servers.clocks(serverIds);
    List<Look> late = new ArrayList<>();
    List<Look> taken = new ArrayList<>();
    List<Long> setBack = new ArrayList<>();
    for (Look look : looks) {
      Clockwork clock = clocks.get(look.serverId());
      if (clock == null) {
        continue;
      }
      switch (Order.of(look, clock)) {
        case NEWER -> taken.add(look);
        case LATE -> late.add(look);
        case SET_BACK -> {
          taken.add(look);
          setBack.add(look.serverId());
        }
      }
    }
    servers.reportedLate(late.stream().filter(Look::isReport).toList());
    instances.restartOrder(setBack);
    take(taken);
  }

  /** Ends with the transaction. Compiling its statements would take longer than running them. */
  void takeTurn() {
    jdbc.sql(
            """
            select pg_advisory_xact_lock(hashtext('matriarch.discovery')),
                   set_config('jit', 'off', true)
            """)
        .query((rs, n) -> n)
        .list();
  }

  private void take(List<Look> looks) {
    List<Long> serverIds = looks.stream().map(Look::serverId).toList();
    List<Look> reports = looks.stream().filter(Look::isReport).toList();
    servers.reported(reports);
    servers.probed(looks.stream().filter(look -> !look.isReport()).toList());
    KnownInstances known = KnownInstances.load(jdbc, serverIds);
    Map<Member, Long> herds = herding.assign(looks, known);
    instances.put(rows(looks, known, herds));
    instances.markMissing(listed(reports));
    settle(serverIds, known.herds());
    instances.sample(serverIds);
  }

  private ArrayNode rows(List<Look> looks, KnownInstances known, Map<Member, Long> herds) {
    ArrayNode rows = Reporting.JSON.createArrayNode();
    for (Look look : looks) {
      Map<String, Integer> ports = Ports.of(look, known);
      for (Facts facts : look.instances()) {
        Long herd = herds.get(new Member(look, facts));
        if (herd != null) {
          rows.add(row(look, facts, herd, ports));
        }
      }
    }
    return rows;
  }

  private static ObjectNode row(Look look, Facts facts, long herd, Map<String, Integer> ports) {
    ObjectNode row = Reporting.JSON.valueToTree(facts);
    row.put("server_id", look.serverId());
    row.put("herd_id", herd);
    row.put("port", ports.get(facts.dataDirectory()));
    row.put("at", look.at().toString());
    row.put(look.isReport() ? "reported_at" : "probed_at", look.at().toString());
    Duration age = Duration.between(facts.observedAt(), look.sentAt());
    row.put("lsn_at", look.at().minus(age.isNegative() ? Duration.ZERO : age).toString());
    InstanceTable.keepTold(row, facts);
    return row;
  }

  private static ArrayNode listed(List<Look> reports) {
    ArrayNode rows = Reporting.JSON.createArrayNode();
    for (Look look : reports) {
      ObjectNode row = rows.addObject();
      row.put("server_id", look.serverId());
      row.put("at", look.at().toString());
      ArrayNode directories = row.putArray("directories");
      look.instances().forEach(facts -> directories.add(facts.dataDirectory()));
      look.untaken().forEach(directories::add);
    }
    return rows;
  }

  /** What follows for the herds that these servers carry, and carried until now. */
  private void settle(Collection<Long> serverIds, Collection<Long> herdsBefore) {
    Set<Long> herds = new TreeSet<>(herdsBefore);
    herds.addAll(
        jdbc.sql("select distinct herd_id from instance where server_id = any(:servers)")
            .param("servers", serverIds.toArray(Long[]::new))
            .query(Long.class)
            .list());
    names.settle(herds);
    lineage.derive(herds);
    dropAbandoned(herdsBefore);
    announce(serverIds, herds);
  }

  /** A herd without identifier was only a place for a member until that could be read. */
  private void dropAbandoned(Collection<Long> herds) {
    jdbc.sql(
            """
            delete from herd h
             where herd_id = any(:herds) and system_identifier is null and version = 1
               and named_from is not null
               and not exists (select from instance i where i.herd_id = h.herd_id)
               and not exists (select from pooler p where p.herd_id = h.herd_id)
            """)
        .param("herds", herds.toArray(Long[]::new))
        .update();
  }

  /** Tells open pages what to read again; an empty payload means everything. */
  void announce(Collection<Long> serverIds, Collection<Long> herds) {
    Map<String, Object> news = new HashMap<>();
    news.put("servers", serverIds);
    news.put("herds", herds);
    String payload = Reporting.JSON.writeValueAsString(news);
    jdbc.sql("select pg_notify('inventory', :payload)")
        .param("payload", payload.length() > LONGEST_NEWS ? "" : payload)
        .query((rs, n) -> n)
        .list();
  }
}
