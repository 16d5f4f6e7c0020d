package io.matriarch.job;

import org.jspecify.annotations.Nullable;

/**
 * What scripts are told of a herd's change of primaries.
 *
 * @param environment null if the herd is in none
 * @param old null if nobody knows who was primary before
 */
public record HookFacts(
    long herdId, String herd, @Nullable String environment, @Nullable Member old, Member primary) {

  /** An instance of the herd and how clients reach it. */
  public record Member(long instanceId, String server, String address, int port) {}
}
