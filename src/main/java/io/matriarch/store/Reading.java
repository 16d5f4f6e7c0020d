package io.matriarch.store;

import org.jspecify.annotations.Nullable;

/**
 * What a key was at one moment; whoever decides by it replaces exactly this.
 *
 * @param claim null if there is none, or what is there was not written by us
 * @param foreign the beginning of what is there, if it was not written by us
 */
public record Reading(StoreKey key, Kept kept, @Nullable Claim claim, @Nullable String foreign) {

  private static final int MOST_SHOWN = 80;

  static Reading of(StoreKey key, Kept kept) {
    if (kept.isAbsent()) {
      return new Reading(key, kept, null, null);
    }
    return ClaimJson.read(kept.value())
        .map(claim -> new Reading(key, kept, claim, null))
        .orElseGet(() -> new Reading(key, kept, null, beginning(kept)));
  }

  private static String beginning(Kept kept) {
    String text = kept.text().replaceAll("\\p{Cntrl}", " ");
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  /** What is there, in words. */
  public String shown() {
    if (claim != null) {
      return claim.toString();
    }
    return foreign == null ? "nothing" : "\"" + foreign + "\"";
  }
}
