package io.matriarch.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pooler was last seen to do; what is not known is null.
 *
 * @param triedAt when it was last asked; {@code at} is when it last answered
 * @param error why it did not answer then; null if it did
 * @param leads every host:port that its databases lead to
 * @param poolMode the loosest of those of its databases: session before the others
 * @param queryWaitTimeout after which it throws a waiting client out; zero means never
 */
public record PoolerSeen(
    @Nullable Instant triedAt,
    @Nullable Instant at,
    @Nullable String error,
    List<String> leads,
    @Nullable Long leadsId,
    List<String> missing,
    @Nullable Boolean paused,
    @Nullable Integer clients,
    @Nullable String poolMode,
    @Nullable Duration queryWaitTimeout) {

  public static final PoolerSeen NEVER =
      new PoolerSeen(null, null, null, List.of(), null, List.of(), null, null, null, null);

  public PoolerSeen {
    leads = List.copyOf(leads);
    missing = List.copyOf(missing);
  }
}
