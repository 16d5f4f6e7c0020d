package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the Endpoints grid, from view {@code v_endpoint}: a pooler or a record of DNS.
 *
 * @param kind PgBouncer, or DNS with the type
 * @param ownId of the pooler or record
 * @param at the server that it is on, or that takes its updates
 * @param serves its databases, or its TTL
 * @param leads where it leads by its own word
 * @param detail what is wrong, in words
 */
public record EndpointRow(
    long id,
    String kind,
    long ownId,
    String name,
    long herdId,
    String herd,
    @Nullable Long environmentId,
    @Nullable String environment,
    @Nullable Long serverId,
    String at,
    String serves,
    String leads,
    @Nullable String leadsServer,
    @Nullable Long expectedId,
    @Nullable String expectedServer,
    @Nullable String expected,
    String state,
    @Nullable String detail,
    @Nullable Integer clients,
    @Nullable Integer waiting,
    @Nullable Instant observedAt,
    @Nullable Instant triedAt) {

  public boolean isDns() {
    return kind.startsWith("DNS");
  }

  /** The action that leads it to the primary. */
  public String mendedBy() {
    return isDns() ? "herd.move-dns" : "herd.point-poolers";
  }

  /** Whether that action would help. */
  public boolean hasDrifted() {
    return state.equals("drift") || state.equals("stale");
  }
}
