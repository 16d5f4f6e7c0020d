package io.matriarch.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One logical cluster: the instances of one system identifier and one lineage.
 *
 * @param home the member that was primary before the herd was moved to another site; null while it
 *     is at home
 * @param priority in which order herds are moved when many are: lower first
 * @param commits what those on its primary wait for
 */
public record Herd(
    long id,
    String name,
    @Nullable Long environmentId,
    @Nullable String systemIdentifier,
    int lineage,
    @Nullable Long profileId,
    List<String> tags,
    @Nullable Long home,
    int priority,
    Commits commits) {

  /** Where nobody said otherwise. */
  public static final int USUAL_PRIORITY = 100;

  public Herd {
    tags = List.copyOf(tags);
  }
}
