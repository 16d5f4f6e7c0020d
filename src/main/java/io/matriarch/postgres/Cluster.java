package io.matriarch.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Where a cluster is on its host.
 *
 * @param owner who owns the data directory; also the role that we connect as
 * @param port where it would listen; a running one is asked where it does
 * @param socketDirectory likewise; null for the one PostgreSQL was built with
 * @param binDirectory its programs; null if they lie where packages put them
 */
public record Cluster(
    String dataDirectory,
    String owner,
    int port,
    @Nullable String socketDirectory,
    @Nullable String binDirectory) {

  public Cluster {
    if (!dataDirectory.startsWith("/")) {
      throw new IllegalArgumentException("Not an absolute data directory: " + dataDirectory);
    }
    if (owner.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "The cluster " + dataDirectory + " needs an owner and a port: " + owner + ", " + port);
    }
  }
}
