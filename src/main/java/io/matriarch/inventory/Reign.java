package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who is primary of a herd.
 *
 * @param term under which it was published; null if none ever was, then it is what was last seen
 * @param instanceId null if the published instance is no more
 * @param publishedAt null if none ever was
 * @param observedAt when the instance was last seen
 */
public record Reign(
    long herdId,
    String herd,
    @Nullable Long term,
    @Nullable Long instanceId,
    @Nullable String server,
    String address,
    int port,
    @Nullable Integer timeline,
    @Nullable Instant publishedAt,
    @Nullable Instant observedAt) {

  /** Whether it was published under a later term than that. */
  boolean isAfter(long other) {
    return term != null && term > other;
  }
}
