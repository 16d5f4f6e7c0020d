package io.matriarch.job;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The options of a job, complete and valid: each one that the action knows has a value. */
public record Options(Map<String, String> values) {

  public Options {
    values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * Fills in what was not given.
   *
   * @throws InvalidRequest naming the option that is unknown or has a value it cannot take
   */
  static Options of(List<OptionSpec> specs, Map<String, String> given) {
    Map<String, String> values = new TreeMap<>();
    for (OptionSpec spec : specs) {
      String value = given.getOrDefault(spec.name(), spec.standard());
      if (!spec.allows(value)) {
        throw new InvalidRequest(
            "option %s: \"%s\" is not %s".formatted(spec.name(), value, spec.expected()));
      }
      values.put(spec.name(), value);
    }
    for (String name : given.keySet()) {
      if (!values.containsKey(name)) {
        throw new InvalidRequest(
            "there is no option \"%s\" here; there are %s".formatted(name, values.keySet()));
      }
    }
    return new Options(values);
  }

  /** The same with another value of an option that there is. */
  public Options with(String name, String value) {
    Map<String, String> changed = new TreeMap<>(values);
    changed.put(name, value);
    return new Options(changed);
  }

  public String get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the action has no option " + name);
    }
    return value;
  }

  public boolean flag(String name) {
    return "true".equals(values.get(name));
  }

  public int number(String name) {
    return Integer.parseInt(get(name));
  }

  /** The value of an option of kind INSTANT, if it has one. */
  public Optional<Instant> instant(String name) {
    String value = get(name);
    return value.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(value));
  }

  /** The ids of an option of kind IDS; empty when it is {@code all}. */
  public List<Long> ids(String name) {
    String value = get(name);
    return value.equals("all")
        ? List.of()
        : Arrays.stream(value.split(",")).map(Long::valueOf).toList();
  }
}
