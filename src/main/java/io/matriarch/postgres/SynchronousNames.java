package io.matriarch.postgres;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code synchronous_standby_names} asks for: so many of these standbys, by their
 * application_name in lower case, must have a commit before it is acknowledged.
 *
 * @param names may hold {@code *}, which any standby satisfies; empty if none is asked for
 */
public record SynchronousNames(int needed, Set<String> names) {

  private static final Pattern FORM =
      Pattern.compile("(?i)\\s*(?:(any|first)\\s+)?(?:(\\d+)\\s*\\((.*)\\)|(.*))\\s*");

  public SynchronousNames {
    names = Set.copyOf(names);
  }

  public static SynchronousNames parse(String setting) {
    Matcher matcher = FORM.matcher(setting);
    boolean counted = matcher.matches() && matcher.group(2) != null;
    String list = counted ? matcher.group(3) : setting;
    Set<String> names =
        Stream.of(Objects.requireNonNullElse(list, "").split(","))
            .map(n -> n.strip().replace("\"", "").toLowerCase(Locale.ROOT))
            .filter(n -> !n.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    int needed = counted ? Integer.parseInt(matcher.group(2)) : 1;
    return new SynchronousNames(names.isEmpty() ? 0 : needed, names);
  }

  /** The setting that asks for so many of these, whichever. */
  public static String any(int needed, List<String> names) {
    return names.stream()
        .map(n -> '"' + n.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining(", ", "ANY %d (".formatted(needed), ")"));
  }

  public boolean takesAny() {
    return names.contains("*");
  }
}
