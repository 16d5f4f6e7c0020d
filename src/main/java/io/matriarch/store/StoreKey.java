package io.matriarch.store;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key and where it is kept.
 *
 * @param servers of one store; any of them answers for all
 * @param key absolute, {@code /matriarch/prod/orders}
 * @param login null if the store asks nobody who he is
 * @param authority PEM file on the console's host with the certificates we trust; null: no TLS
 */
public record StoreKey(
    StoreKind kind,
    List<StoreServer> servers,
    String key,
    @Nullable StoreLogin login,
    @Nullable Path authority) {

  /** What both stores take; ZooKeeper refuses dots as names of nodes, and its own tree is its. */
  private static final Pattern KEY = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9_.-]*){1,16}");

  private static final int LONGEST = 500;

  public StoreKey {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a key needs a server");
    }
    if (!isKey(key)) {
      throw new IllegalArgumentException("not a key: " + key);
    }
  }

  /** Whether this can be a key of either store. */
  public static boolean isKey(String text) {
    return text.length() <= LONGEST
        && KEY.matcher(text).matches()
        && !text.equals("/zookeeper")
        && !text.startsWith("/zookeeper/");
  }

  /** The servers as ZooKeeper wants them, and people read them. */
  String serversJoined() {
    return servers.stream().map(StoreServer::toString).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return "%s of %s at %s".formatted(key, kind, serversJoined());
  }
}
