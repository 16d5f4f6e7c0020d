package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A herd's presence on a server: where its files are, what it was last seen to be.
 *
 * @param standbySignal whether its directory makes it start as a standby; null if that is not known
 * @param startedAt when its server started, by the host's own clock
 * @param lastTold stays when it stops or cannot be reached
 * @param fenced whether it was made to start read-only and follow nobody
 */
public record Instance(
    long id,
    long serverId,
    long herdId,
    String dataDirectory,
    @Nullable Integer port,
    @Nullable String socketDirectory,
    @Nullable String binDirectory,
    @Nullable String configFile,
    @Nullable String owner,
    @Nullable String debianCluster,
    @Nullable String unit,
    @Nullable Integer versionNum,
    Role role,
    InstanceState state,
    @Nullable Long upstreamId,
    @Nullable Integer connections,
    @Nullable String manager,
    boolean copy,
    @Nullable Boolean standbySignal,
    @Nullable Long lagBytes,
    @Nullable Long sizeBytes,
    @Nullable Instant startedAt,
    Candidacy candidacy,
    Position lastTold,
    boolean fenced,
    @Nullable Instant seenAt) {

  /** The last role seen; it stays when the instance stops. */
  public enum Role {
    PRIMARY,
    STANDBY,
    UNKNOWN
  }

  /** The major version as in paths: 9.6 style never occurs, 10 is the oldest. */
  public String major() {
    return versionNum == null ? "" : String.valueOf(versionNum / 10000);
  }

  /** What people call it: Debian's cluster name with version, else the data directory. */
  public String label() {
    return debianCluster != null ? debianCluster : dataDirectory;
  }

  public boolean isOnline() {
    return switch (state) {
      case InstanceState.Primary p -> true;
      case InstanceState.Standby s -> true;
      case InstanceState.Stopped s -> false;
      case InstanceState.Unreachable u -> false;
    };
  }
}
