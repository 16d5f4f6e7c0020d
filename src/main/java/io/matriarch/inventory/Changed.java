package io.matriarch.inventory;

import io.matriarch.audit.AuditEntry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What an edit changes, for the trail and for those who are refused. */
public final class Changed {

  private Changed() {}

  /** Adds the fields that an edit changes, with the values before and after. */
  public static AuditEntry note(AuditEntry entry, Record before, Record after) {
    AuditEntry noted = entry;
    for (Map.Entry<String, String> change : Differences.fromTo(before, after).entrySet()) {
      noted = noted.with(change.getKey(), change.getValue());
    }
    return noted;
  }

  /**
   * Creating what exists is fine if the given fields say the same.
   *
   * @throws Conflict naming the fields that differ
   */
  public static void refuseOther(String what, Record there, Record yours, Set<String> given) {
    Map<String, String> differences = new LinkedHashMap<>(Differences.between(there, yours));
    differences.keySet().retainAll(given);
    if (!differences.isEmpty()) {
      throw new Conflict(
          "%s was not created: it exists with other content: %s. Change it instead, or choose another name."
              .formatted(what, String.join(", ", differences.values())));
    }
  }

  public static void refuseName(String what) {
    throw new Conflict(
        "%s was not saved under this name: there is one already. Choose another name."
            .formatted(what));
  }
}
