package io.matriarch.api;

import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.MonitorLogin;
import io.matriarch.watch.Connectivity;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A herd as the API shows it, with its members. */
@Schema(name = "Herd")
record HerdJson(
    long id,
    String name,
    @Nullable String environment,
    @Nullable Long environmentId,
    String description,
    String owner,
    List<String> tags,
    @Nullable Integer port,
    @Nullable String virtualHost,
    @Nullable String dataDirectory,
    @Nullable String systemIdentifier,
    @Schema(description = "Tells herds apart that share a system identifier") int lineage,
    @Schema(description = "The ETag without its quotes; If-Match names it") int version,
    List<Member> members,
    long memberCount,
    long onlineMembers,
    @Schema(description = "Members that accept writes now, copies aside; 2 is a split brain")
        long primaries,
    @Schema(description = "Server of the last known primary") @Nullable String primary,
    @Schema(description = "Instance of the last known primary") @Nullable Long primaryId,
    @Nullable Long maxLagBytes,
    @Nullable Instant oldestSeenAt,
    @Nullable String postgresVersion,
    @Schema(
            description =
                "Whether the primary could be switched to the first candidate by rule: ready, not ready or unknown")
        String ready,
    @Schema(description = "Every failed check in words") List<String> readyReasons,
    @Schema(description = "When that was last seen on the servers") @Nullable Instant readyAt,
    @Schema(
            description =
                "Who could reach whom when that was last tried; of one herd only, null in lists and before the first look")
        @Nullable Connectivity connectivity,
    @Schema(description = "Login with which it is read by SQL; null: through SSH")
        @Nullable String monitorLogin,
    @Nullable String monitorDatabase,
    @Schema(description = "A short name of the root certificate's PEM text")
        @Nullable String monitorRootFingerprint,
    @Schema(description = "Where a job goes by priority, lower numbers are moved first")
        int priority) {

  /** One instance of a herd. */
  @Schema(name = "HerdMember")
  record Member(
      long id,
      String server,
      long serverId,
      @Nullable Integer port,
      String role,
      String state,
      @Nullable Long lagBytes,
      boolean copy) {

    static Member of(InstanceRow row) {
      return new Member(
          row.id(),
          row.server(),
          row.serverId(),
          row.port(),
          row.role(),
          row.state(),
          row.lagBytes(),
          row.copy());
    }
  }

  static HerdJson of(
      HerdRow row,
      List<InstanceRow> members,
      @Nullable Connectivity connectivity,
      @Nullable MonitorLogin monitor) {
    return new HerdJson(
        row.id(),
        row.name(),
        row.environment(),
        row.environmentId(),
        row.description(),
        row.owner(),
        row.tags(),
        row.port(),
        row.virtualHost(),
        row.dataDirectory(),
        row.systemIdentifier(),
        row.lineage(),
        row.version(),
        members.stream().map(Member::of).toList(),
        row.members(),
        row.onlineMembers(),
        row.primaries(),
        row.primaryServer(),
        row.primaryId(),
        row.maxLagBytes(),
        row.oldestSeenAt(),
        row.postgresVersion(),
        row.ready(),
        row.readyReasons(),
        row.readyAt(),
        connectivity,
        monitor == null ? null : monitor.login(),
        monitor == null ? null : monitor.database(),
        monitor == null ? null : monitor.rootFingerprint(),
        row.priority());
  }
}
