package io.matriarch.inventory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Somebody else changed what is being edited since it was read; nothing was overwritten. */
public final class LostUpdate extends EditRefused {

  private static final long serialVersionUID = 1;

  private final int version;
  private final transient Map<String, String> differences;

  LostUpdate(
      String what,
      int edited,
      int version,
      @Nullable String who,
      @Nullable Instant when,
      Map<String, String> differences) {
    super(
        "%s was not saved: %s changed it%s (version %d; you edited version %d)%s. Nothing was overwritten; reload it and make your change again."
            .formatted(
                what,
                who == null ? "somebody" : who,
                when == null ? "" : " at " + when.truncatedTo(ChronoUnit.SECONDS),
                version,
                edited,
                differences.isEmpty() ? "" : ": " + String.join(", ", differences.values())));
    this.version = version;
    this.differences = Map.copyOf(differences);
  }

  /** The version it has now. */
  public int version() {
    return version;
  }

  /** Field name to "site is now "A", you have "B"", where the two differ. */
  public Map<String, String> differences() {
    return differences;
  }
}
