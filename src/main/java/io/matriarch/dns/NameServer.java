package io.matriarch.dns;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A DNS server, by address or name; written {@code 192.0.2.1}, {@code ns1:5353}, {@code [::1]:53}.
 */
public record NameServer(String address, int port) {

  public static final int STANDARD_PORT = 53;
  private static final Pattern BRACKETED = Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::(\\d{1,5}))?");
  private static final Pattern PLAIN = Pattern.compile("([^:\\s\\[\\]]+)(?::(\\d{1,5}))?");

  public NameServer {
    boolean numeric =
        RecordType.A.canonical(address).isPresent()
            || RecordType.AAAA.canonical(address).isPresent();
    if (!numeric && !RecordName.isName(address)) {
      throw new IllegalArgumentException("not the address or name of a server: " + address);
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static NameServer parse(String text) {
    if (RecordType.AAAA.canonical(text).isPresent()) {
      return new NameServer(text, STANDARD_PORT);
    }
    for (Pattern form : new Pattern[] {BRACKETED, PLAIN}) {
      Matcher match = form.matcher(text);
      if (match.matches()) {
        String port = match.group(2);
        return new NameServer(
            match.group(1), port == null ? STANDARD_PORT : Integer.parseInt(port));
      }
    }
    throw new IllegalArgumentException("not the address or name of a server: " + text);
  }

  @Override
  public String toString() {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return port == STANDARD_PORT ? host : host + ":" + port;
  }
}
