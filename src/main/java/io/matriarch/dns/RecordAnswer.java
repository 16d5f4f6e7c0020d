package io.matriarch.dns;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one authoritative server says of a record.
 *
 * @param values in canonical form, sorted; none if it has no such record
 * @param serial of the zone as it has it; null if it did not say
 * @param error why it did not answer; null if it did
 */
public record RecordAnswer(
    NameServer server,
    List<String> values,
    @Nullable Duration ttl,
    @Nullable Long serial,
    @Nullable String error) {

  public RecordAnswer {
    values = List.copyOf(values);
  }

  static RecordAnswer failed(NameServer server, String error) {
    return new RecordAnswer(server, List.of(), null, null, error);
  }

  /** Whether it answers exactly this value. */
  public boolean says(String value) {
    return error == null && values.equals(List.of(value));
  }

  /** The values in words. */
  public String shown() {
    return values.isEmpty() ? "nothing" : String.join(" and ", values);
  }
}
