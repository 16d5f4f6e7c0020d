package io.matriarch.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record of DNS was last seen to say.
 *
 * @param state as {@code v_dns_record} has it
 * @param triedAt when the server that takes updates was last asked; {@code at} when it answered
 * @param error why it did not answer then; null if it did
 * @param values what it answered
 * @param ttl seconds, as it answered
 * @param behind other authoritative servers that answer something else
 * @param silent other authoritative servers that do not answer
 */
public record DnsSeen(
    String state,
    @Nullable Instant triedAt,
    @Nullable Instant at,
    @Nullable String error,
    List<String> values,
    @Nullable Integer ttl,
    List<String> behind,
    List<String> silent) {

  public static final DnsSeen NEVER =
      new DnsSeen("unseen", null, null, null, List.of(), null, List.of(), List.of());

  public DnsSeen {
    values = List.copyOf(values);
    behind = List.copyOf(behind);
    silent = List.copyOf(silent);
  }
}
