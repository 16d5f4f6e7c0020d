package io.matriarch.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One logical cluster: the instances of one system identifier and one lineage. */
public record Herd(
    long id,
    String name,
    @Nullable Long environmentId,
    @Nullable String systemIdentifier,
    int lineage,
    @Nullable Long profileId,
    List<String> tags) {

  public Herd {
    tags = List.copyOf(tags);
  }
}
