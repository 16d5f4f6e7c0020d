package io.matriarch.job;

import io.matriarch.dns.DnsFailed;
import io.matriarch.dns.DnsServers;
import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordAnswer;
import io.matriarch.dns.TsigKey;
import io.matriarch.inventory.DnsRecords;
import io.matriarch.security.SealBroken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link Dns} by queries and signed updates; each is in the run's log. */
final class LiveDns implements Dns {

  private static final Duration EXCHANGE = Duration.ofSeconds(5);
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private final DnsServers servers = new DnsServers(EXCHANGE);
  private final DnsRecords records;
  private final Owned run;
  private final Lease lease;
  private final RunJournal log;
  private final Terms terms;
  private final Pause pause;
  private final Clock clock;

  LiveDns(
      DnsRecords records,
      Owned run,
      Lease lease,
      RunJournal log,
      Terms terms,
      Pause pause,
      Clock clock) {
    this.records = records;
    this.run = run;
    this.lease = lease;
    this.log = log;
    this.terms = terms;
    this.pause = pause;
    this.clock = clock;
  }

  @Override
  public Seen look(DnsRef record) throws StepFailed, InterruptedException {
    RecordAnswer answer = servers.ask(record.record(), record.server());
    if (answer.error() != null) {
      throw new StepFailed(
          "Reading %s before it is changed: %s. Nothing was changed."
              .formatted(record, answer.error()));
    }
    Duration ttl = answer.ttl();
    return new Seen(answer.values(), ttl == null ? null : Math.toIntExact(ttl.toSeconds()));
  }

  @Override
  public void move(DnsRef record, List<String> from, String to)
      throws StepFailed, InterruptedException {
    set(record, from, to, record.lifetime());
  }

  @Override
  public void lowerTtl(DnsRef record, String value, Duration ttl)
      throws StepFailed, InterruptedException {
    set(record, List.of(value), value, ttl);
  }

  private void set(DnsRef record, List<String> from, String to, Duration ttl)
      throws StepFailed, InterruptedException {
    TsigKey key = key(record);
    Instant asOf = clock.instant();
    lease.require(run.runId());
    terms.requireOwn();
    log.changing();
    log.line(
        RunLog.Kind.COMMAND,
        record.updates(),
        "update %s: %s -> %s, TTL %d s, signed by %s"
            .formatted(record, new Seen(from, null), to, ttl.toSeconds(), key.name()));
    lease.require(run.runId());
    try {
      boolean changed = servers.replace(record.record(), record.server(), key, from, to, ttl, asOf);
      log.line(
          RunLog.Kind.EXIT, record.updates(), changed ? "NOERROR" : "it is so already; not sent");
    } catch (DnsFailed e) {
      log.line(RunLog.Kind.ERROR, record.updates(), e.getMessage());
      throw new StepFailed(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new StepFailed(
          "Setting %s to %s: %s. Nothing was sent; correct the record."
              .formatted(record, to, e.getMessage()),
          e);
    }
  }

  private TsigKey key(DnsRef record) throws StepFailed {
    try {
      return records
          .key(record.id())
          .orElseThrow(
              () ->
                  new StepFailed(
                      "Setting %s: the record was deleted here since the plan was made. Nothing was sent; plan afresh."
                          .formatted(record)));
    } catch (SealBroken e) {
      throw new StepFailed(
          "Setting %s: the secret of its key cannot be opened: %s Nothing was sent."
              .formatted(record, e.getMessage()),
          e);
    }
  }

  @Override
  public void awaitEverywhere(DnsRef record, String value, Duration limit)
      throws StepFailed, InterruptedException {
    String wanted = record.record().type().canonical(value).orElse(value);
    long end = System.nanoTime() + limit.toNanos();
    Set<NameServer> open = authoritative(record);
    List<String> behind = new ArrayList<>();
    while (!open.isEmpty()) {
      behind.clear();
      for (NameServer server : List.copyOf(open)) {
        RecordAnswer answer = servers.ask(record.record(), server);
        if (answer.says(wanted)) {
          log.line(
              RunLog.Kind.INFO,
              server.toString(),
              "answers %s for %s from serial %s"
                  .formatted(wanted, record, Objects.toString(answer.serial(), "?")));
          open.remove(server);
        } else {
          behind.add(shown(answer));
        }
      }
      if (!open.isEmpty() && System.nanoTime() > end) {
        throw new StepFailed(
            "%s is %s at %s, and %d s later not everywhere: %s. Clients that ask there are led elsewhere; see that these servers copy the zone, then repeat."
                .formatted(
                    record,
                    wanted,
                    record.updates(),
                    limit.toSeconds(),
                    String.join("; ", behind)));
      }
      if (!open.isEmpty()) {
        pause.of(BETWEEN);
      }
    }
  }

  private static String shown(RecordAnswer answer) {
    @Nullable String error = answer.error();
    return error != null
        ? error
        : "%s is stale: it answers %s from serial %s"
            .formatted(answer.server(), answer.shown(), Objects.toString(answer.serial(), "?"));
  }

  private Set<NameServer> authoritative(DnsRef record) throws StepFailed, InterruptedException {
    Set<NameServer> all = new LinkedHashSet<>(Set.of(record.server()));
    if (!record.servers().isEmpty()) {
      record.servers().stream().map(NameServer::parse).forEach(all::add);
      return all;
    }
    try {
      all.addAll(servers.authoritative(record.record(), record.server()));
      return all;
    } catch (DnsFailed e) {
      throw new StepFailed(e.getMessage(), e);
    }
  }
}
