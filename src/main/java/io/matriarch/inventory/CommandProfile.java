package io.matriarch.inventory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How PostgreSQL is started, stopped and reloaded on a kind of host: argument lists with
 * placeholders such as {@code {major}} or {@code {data}}, each argument filled on its own.
 */
public record CommandProfile(
    long id,
    String name,
    List<String> start,
    List<String> stop,
    List<String> reload,
    boolean asOwner) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)}");

  /** What a profile knows to do. */
  public enum Verb {
    START,
    STOP,
    RELOAD
  }

  public CommandProfile {
    start = List.copyOf(start);
    stop = List.copyOf(stop);
    reload = List.copyOf(reload);
  }

  /**
   * The arguments for one instance. A value is never split or joined to another argument.
   *
   * @param mode smart, fast or immediate; used by stop
   * @throws IllegalArgumentException naming the placeholder that has no value for this instance
   */
  public List<String> arguments(Verb verb, Instance instance, String mode, int timeoutSeconds) {
    List<String> template =
        switch (verb) {
          case START -> start;
          case STOP -> stop;
          case RELOAD -> reload;
        };
    Map<String, @Nullable String> values = values(instance, mode, timeoutSeconds);
    List<String> filled = new ArrayList<>();
    for (String argument : template) {
      filled.add(fill(argument, values, instance));
    }
    return filled;
  }

  private static Map<String, @Nullable String> values(
      Instance instance, String mode, int timeoutSeconds) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    values.put("major", instance.major().isEmpty() ? null : instance.major());
    values.put("cluster", cluster(instance));
    values.put("data", instance.dataDirectory());
    values.put("bin", instance.binDirectory());
    values.put("port", instance.port() == null ? null : String.valueOf(instance.port()));
    values.put("unit", instance.unit());
    values.put("config", instance.configFile());
    values.put("mode", mode.toLowerCase(Locale.ROOT));
    values.put("timeout", String.valueOf(timeoutSeconds));
    return values;
  }

  private static @Nullable String cluster(Instance instance) {
    String debian = instance.debianCluster();
    return debian == null ? null : debian.substring(debian.indexOf('/') + 1);
  }

  private String fill(String argument, Map<String, @Nullable String> values, Instance instance) {
    Matcher m = PLACEHOLDER.matcher(argument);
    StringBuilder filled = new StringBuilder();
    while (m.find()) {
      String value = values.get(m.group(1));
      if (value == null) {
        throw new IllegalArgumentException(
            "command profile %s needs {%s}, which is not known for %s"
                .formatted(name, m.group(1), instance.dataDirectory()));
      }
      m.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return m.appendTail(filled).toString();
  }
}
