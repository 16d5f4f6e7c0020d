package io.matriarch.inventory;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares two drafts of one kind field by field. */
final class Differences {

  private Differences() {}

  /** Field name to a sentence about the two values, for each field that differs. */
  static Map<String, String> between(Record now, Record yours) {
    Map<String, String> found = new LinkedHashMap<>();
    for (RecordComponent field : now.getClass().getRecordComponents()) {
      Object there = value(field, now);
      Object here = value(field, yours);
      if (!Objects.equals(there, here)) {
        found.put(
            field.getName(),
            "%s is now %s, you have %s".formatted(field.getName(), shown(there), shown(here)));
      }
    }
    return found;
  }

  /** Field name to "A -> B", for each field that differs. */
  static Map<String, String> fromTo(Record before, Record after) {
    Map<String, String> found = new LinkedHashMap<>();
    for (RecordComponent field : before.getClass().getRecordComponents()) {
      Object old = value(field, before);
      Object fresh = value(field, after);
      if (!Objects.equals(old, fresh)) {
        found.put(field.getName(), shown(old) + " -> " + shown(fresh));
      }
    }
    return found;
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "not set" : Fields.shown(value.toString());
  }

  private static @Nullable Object value(RecordComponent field, Record draft) {
    try {
      return field.getAccessor().invoke(draft);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + field, e);
    }
  }
}
