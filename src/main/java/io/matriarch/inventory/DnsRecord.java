package io.matriarch.inventory;

import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A record of DNS that leads clients to a herd's primary.
 *
 * @param ttl seconds, written with each value
 * @param updates the server that takes updates
 * @param servers every server that must answer the value; none: those the zone names
 */
public record DnsRecord(
    long id,
    long herdId,
    RecordName name,
    int ttl,
    NameServer updates,
    String keyName,
    String algorithm,
    List<NameServer> servers,
    DnsSeen seen) {

  public DnsRecord {
    servers = List.copyOf(servers);
  }

  /**
   * What it says when it leads to this server: its address, or for a CNAME its name, within the
   * zone if it has no dot. Empty if the server has no such address. As {@code dns_value} in SQL.
   */
  public Optional<String> valueFor(Server server) {
    return switch (name.type()) {
      case A, AAAA -> name.type().canonical(server.address());
      case CNAME -> {
        boolean named = server.address().contains(".");
        Optional<String> address =
            named ? name.type().canonical(server.address()) : Optional.empty();
        yield address.isPresent() ? address : name.type().canonical(fullName(server.name()));
      }
    };
  }

  private String fullName(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.contains(".") ? lower : lower + "." + name.zone();
  }
}
