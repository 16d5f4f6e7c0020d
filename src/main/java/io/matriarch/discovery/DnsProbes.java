package io.matriarch.discovery;

import io.matriarch.dns.DnsFailed;
import io.matriarch.dns.DnsServers;
import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordAnswer;
import io.matriarch.inventory.DnsObserver;
import io.matriarch.inventory.DnsRecord;
import io.matriarch.inventory.Fleets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Asks every authoritative server of each record, at most {@link #AT_ONCE} records at a time. */
@Service
class DnsProbes implements DnsObserver {

  private static final Logger log = LoggerFactory.getLogger(DnsProbes.class);
  private static final int AT_ONCE = 16;
  private static final int LONGEST_REASON = 500;

  private final DnsServers servers = new DnsServers(Duration.ofSeconds(3));
  private final Fleets fleets;
  private final JdbcClient jdbc;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  DnsProbes(Fleets fleets, JdbcClient jdbc) {
    this.fleets = fleets;
    this.jdbc = jdbc;
  }

  @Override
  public void observeRecords(Collection<Long> recordIds) {
    List<Long> herds =
        jdbc.sql("select distinct herd_id from dns_record where dns_record_id = any(:ids)")
            .param("ids", recordIds.toArray(Long[]::new))
            .query(Long.class)
            .list();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (DnsRecord record : fleets.load(List.of(), herds, List.of()).dnsRecords()) {
        if (recordIds.contains(record.id())) {
          threads.submit(() -> takeTurn(record));
        }
      }
    }
    jdbc.sql("select pg_notify('inventory', 'dns-record')").query((rs, n) -> true).list();
  }

  private boolean takeTurn(DnsRecord record) throws InterruptedException {
    turns.acquire();
    try {
      look(record);
    } catch (RuntimeException e) {
      log.error("Asking for {} failed in Matriarch itself", record.name(), e);
    } finally {
      turns.release();
    }
    return true;
  }

  private void look(DnsRecord record) throws InterruptedException {
    RecordAnswer first = servers.ask(record.name(), record.updates());
    @Nullable String unknown = null;
    Set<NameServer> others = new LinkedHashSet<>(record.servers());
    if (others.isEmpty() && first.error() == null) {
      try {
        others.addAll(servers.authoritative(record.name(), record.updates()));
      } catch (DnsFailed e) {
        unknown = e.getMessage();
      }
    }
    others.remove(record.updates());
    keep(record, first, true);
    for (NameServer other : others) {
      keep(record, servers.ask(record.name(), other), false);
    }
    if (first.error() == null && unknown == null) {
      forgetOthers(record, others);
    }
    keepState(record, first.error() != null ? first.error() : unknown);
  }

  private void keep(DnsRecord record, RecordAnswer answer, boolean updates) {
    Duration ttl = answer.ttl();
    jdbc.sql(
            """
            insert into dns_answer as a (dns_record_id, server, updates, answered_at, answers, ttl, serial, error)
            select :id, :server, :updates, case when :error::text is null then now() end,
                   array(select coalesce(case when :type <> 'CNAME' then plain_address(v) end, v) as value
                           from unnest(:answers::text[]) v order by value),
                   :ttl::int, :serial::bigint, :error
             where exists (select from dns_record where dns_record_id = :id)
            on conflict (dns_record_id, server) do update
               set updates = excluded.updates, tried_at = now(), error = excluded.error,
                   answered_at = coalesce(excluded.answered_at, a.answered_at),
                   answers = case when excluded.error is null then excluded.answers else a.answers end,
                   ttl = case when excluded.error is null then excluded.ttl else a.ttl end,
                   serial = case when excluded.error is null then excluded.serial else a.serial end
            """)
        .param("id", record.id())
        .param("server", answer.server().toString())
        .param("updates", updates)
        .param("type", record.name().type().name())
        .param("answers", answer.values().stream().map(DnsProbes::clean).toArray(String[]::new))
        .param("ttl", ttl == null ? null : ttl.toSeconds())
        .param("serial", answer.serial())
        .param("error", answer.error() == null ? null : clean(answer.error()))
        .update();
  }

  /** Servers that are not asked any more say nothing. */
  private void forgetOthers(DnsRecord record, Set<NameServer> asked) {
    jdbc.sql(
            """
            delete from dns_answer
             where dns_record_id = :id and server <> :first and not server = any(:asked)
            """)
        .param("id", record.id())
        .param("first", record.updates().toString())
        .param("asked", asked.stream().map(NameServer::toString).toArray(String[]::new))
        .update();
  }

  private void keepState(DnsRecord record, @Nullable String error) {
    jdbc.sql(
            """
            update dns_record set tried_at = now(), observed_error = :error,
                   observed_at = case when :error::text is null then now() else observed_at end
             where dns_record_id = :id
            """)
        .param("id", record.id())
        .param("error", error == null ? null : clean(error))
        .update();
  }

  private static String clean(String text) {
    return Objects.requireNonNullElse(Readings.clean(text, LONGEST_REASON), "");
  }
}
