package io.matriarch.pool;

/**
 * Where a database of a pooler leads, as {@code SHOW DATABASES} writes it.
 *
 * @param host an address, a name or a socket directory; empty if the entry has none
 */
public record Backend(String host, int port) {

  public Backend {
    Words.line("host", host);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("Not a port: " + port);
    }
  }
}
