package io.matriarch.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server of a store; written {@code etcd1:2379}, {@code 192.0.2.1:2181}, {@code [::1]:2379}.
 */
public record StoreServer(String host, int port) {

  private static final Pattern BRACKETED = Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::(\\d{1,5}))?");
  private static final Pattern PLAIN =
      Pattern.compile("([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)(?::(\\d{1,5}))?");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+");

  public StoreServer {
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("not the address or name of a server: " + host);
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static StoreServer parse(String text, StoreKind kind) {
    for (Pattern form : new Pattern[] {BRACKETED, PLAIN}) {
      Matcher match = form.matcher(text);
      if (match.matches()) {
        String port = match.group(2);
        return new StoreServer(
            match.group(1), port == null ? kind.standardPort() : Integer.parseInt(port));
      }
    }
    throw new IllegalArgumentException("not the address or name of a server: " + text);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
