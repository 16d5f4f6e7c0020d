package io.matriarch.inventory;

import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordName;
import io.matriarch.dns.RecordType;
import io.matriarch.dns.TsigKey;
import io.matriarch.security.Secret;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What people write of a record of DNS that leads clients to a herd's primary.
 *
 * @param name its whole name; a final dot is dropped
 * @param type A, AAAA or CNAME
 * @param ttl seconds
 * @param updateServer address or address:port of the server that takes updates
 * @param servers every authoritative server that must answer the value; none: those that the zone
 *     names
 * @param secret of the TSIG key, Base64; null leaves the one that is stored; never read back
 */
public record DnsRecordDraft(
    String name,
    long herdId,
    String zone,
    String type,
    int ttl,
    String updateServer,
    String keyName,
    String keyAlgorithm,
    List<String> servers,
    @Nullable Secret secret) {

  public static final int STANDARD_TTL = 30;
  public static final List<String> ALGORITHMS = TsigKey.ALGORITHMS;
  public static final String STANDARD_ALGORITHM = "hmac-sha256";
  private static final int LONGEST_TTL = 86_400;
  private static final int MOST_SERVERS = 20;

  public DnsRecordDraft {
    name = bare(name);
    zone = bare(zone);
    servers = servers.stream().map(DnsRecordDraft::normal).toList();
    keyAlgorithm = keyAlgorithm.toLowerCase(Locale.ROOT);
    keyName = bare(keyName);
    name("name", name);
    name("zone", zone);
    if (Arrays.stream(RecordType.values()).map(Enum::name).noneMatch(type::equals)) {
      throw new InvalidField(
          "type", "is %s; it must be A, AAAA or CNAME".formatted(Fields.shown(type)));
    }
    try {
      new RecordName(zone, name, RecordType.valueOf(type));
    } catch (IllegalArgumentException e) {
      throw new InvalidField("name", "cannot be: " + e.getMessage());
    }
    if (ttl < 1 || ttl > LONGEST_TTL) {
      throw new InvalidField("ttl", "is %d; it must be 1 to 86400 seconds".formatted(ttl));
    }
    server("updateServer", updateServer);
    updateServer = normal(updateServer);
    servers.forEach(s -> server("servers", s));
    if (servers.size() > MOST_SERVERS) {
      throw new InvalidField("servers", "names more than " + MOST_SERVERS);
    }
    name("keyName", keyName);
    if (!TsigKey.ALGORITHMS.contains(keyAlgorithm)) {
      throw new InvalidField(
          "keyAlgorithm",
          "is %s; it must be one of %s"
              .formatted(Fields.shown(keyAlgorithm), String.join(", ", TsigKey.ALGORITHMS)));
    }
    if (secret != null && (secret.reveal().length() > 500 || !TsigKey.isSecret(secret.reveal()))) {
      throw new InvalidField(
          "secret", "is not Base64 of a key, as in \"secret\" of BIND's key file");
    }
  }

  private static void name(String field, String value) {
    if (!RecordName.isName(value)) {
      throw new InvalidField(field, "is %s; that is no name of DNS".formatted(Fields.shown(value)));
    }
  }

  private static void server(String field, String value) {
    try {
      NameServer.parse(value);
    } catch (IllegalArgumentException e) {
      throw new InvalidField(
          field,
          "has %s; a server is an address or name, or that with a colon and port"
              .formatted(Fields.shown(value)));
    }
  }

  /** As it is shown; what cannot be read stays, and is refused. */
  private static String normal(String server) {
    try {
      return NameServer.parse(server.strip()).toString();
    } catch (IllegalArgumentException e) {
      return server;
    }
  }

  private static String bare(String text) {
    String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return bare.toLowerCase(Locale.ROOT);
  }

  /** The same with the secret that is stored. */
  DnsRecordDraft withStoredSecret() {
    return new DnsRecordDraft(
        name, herdId, zone, type, ttl, updateServer, keyName, keyAlgorithm, servers, null);
  }
}
