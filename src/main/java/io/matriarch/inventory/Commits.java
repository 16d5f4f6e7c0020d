package io.matriarch.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What commits on a primary wait for, as its agent last told.
 *
 * @param names {@code synchronous_standby_names}; empty if no commit waits for a standby, be it
 *     since {@code synchronous_commit} says so; null if that is not known
 * @param standbys who received from it then
 * @param toldAt null if it never told
 */
public record Commits(@Nullable String names, List<Receiver> standbys, @Nullable Instant toldAt) {

  /** Nothing is known. */
  public static final Commits UNKNOWN = new Commits(null, List.of(), null);

  /**
   * Who receives WAL.
   *
   * @param name its application_name in lower case
   * @param member id of an instance; null if it is none that is known
   */
  public record Receiver(String name, @Nullable Long member) {}

  public Commits {
    standbys = List.copyOf(standbys);
  }
}
