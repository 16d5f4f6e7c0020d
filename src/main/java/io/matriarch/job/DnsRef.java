package io.matriarch.job;

import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordName;
import io.matriarch.dns.RecordType;
import io.matriarch.inventory.DnsRecord;
import java.time.Duration;
import java.util.List;

/**
 * A record of DNS as a step names it: resolved when the plan was made, without its secret.
 *
 * @param ttl seconds, written with each value
 * @param updates the server that takes updates, as address or address:port
 * @param servers every server that must answer the value; none: those the zone names
 */
public record DnsRef(
    long id, String zone, String name, String type, int ttl, String updates, List<String> servers) {

  public DnsRef {
    servers = List.copyOf(servers);
  }

  public static DnsRef of(DnsRecord record) {
    return new DnsRef(
        record.id(),
        record.name().zone(),
        record.name().name(),
        record.name().type().name(),
        record.ttl(),
        record.updates().toString(),
        record.servers().stream().map(NameServer::toString).toList());
  }

  RecordName record() {
    return new RecordName(zone, name, RecordType.valueOf(type));
  }

  NameServer server() {
    return NameServer.parse(updates);
  }

  Duration lifetime() {
    return Duration.ofSeconds(ttl);
  }

  @Override
  public String toString() {
    return name + " " + type;
  }
}
