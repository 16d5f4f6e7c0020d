package io.matriarch.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A herd's primary and its best standby at the other site, from view {@code v_dr_pair}; {@code
 * sameSite} marks the best standby there is where no other site has one.
 *
 * @param ready "ready", "not ready" or "unknown", as of the candidate that a switchover would
 *     choose
 * @param drillState of the last drill, as view {@code v_drill} says it; null if there was none
 */
public record DrPairRow(
    long herdId,
    String herd,
    @Nullable Long environmentId,
    @Nullable String environment,
    @Nullable String virtualHost,
    long primaryId,
    String primaryServer,
    @Nullable String primarySite,
    String primaryState,
    long standbyId,
    String standbyServer,
    @Nullable String standbySite,
    String standbyState,
    @Nullable Long lagBytes,
    @Nullable Instant lagAt,
    @Nullable Instant primarySeenAt,
    @Nullable Instant standbySeenAt,
    boolean sameSite,
    long candidates,
    RecoveryPoint recoveryPoint,
    String ready,
    List<String> readyReasons,
    @Nullable Instant readyAt,
    @Nullable Long drillJobId,
    @Nullable String drillState,
    @Nullable Instant drilledAt) {

  public DrPairRow {
    readyReasons = List.copyOf(readyReasons);
  }
}
