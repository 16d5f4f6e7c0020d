package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.postgres.ReadinessFacts.Standby;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether commits would wait for a standby that is not there. */
final class SynchronousReadiness {

  private static final Pattern SYNCHRONOUS =
      Pattern.compile("(?i)\\s*(?:(any|first)\\s+)?(?:(\\d+)\\s*\\((.*)\\)|(.*))\\s*");

  private SynchronousReadiness() {}

  static Check synchronous(Look look) {
    String name = "synchronous standbys of the candidate";
    String value = Looked.facts(look.candidate()).setting("synchronous_standby_names");
    if (value == null) {
      return Looked.ease(Check.failed(name, "not known", "Ask its synchronous_standby_names."));
    }
    if (value.isBlank()) {
      return Check.passed(name, "none are asked for");
    }
    Set<String> wanted = names(value);
    List<Standby> streaming = Looked.facts(look.primary()).standbys();
    Set<String> there =
        streaming == null
            ? Set.of()
            : streaming.stream()
                .filter(s -> s.state().equals("streaming"))
                .map(s -> s.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    int needed = needed(value);
    boolean enough =
        (wanted.contains("*")
                ? look.followers().size()
                : wanted.stream().filter(there::contains).count())
            >= needed;
    return enough
        ? Check.passed(name, value)
        : Looked.ease(
            Check.failed(
                name,
                "commits will block if %d of %s do not stream from %s"
                    .formatted(needed, String.join(", ", wanted), Looked.candidate(look)),
                "Name standbys that will follow it in its synchronous_standby_names."));
  }

  private static int needed(String value) {
    Matcher matcher = SYNCHRONOUS.matcher(value);
    return matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 1;
  }

  private static Set<String> names(String value) {
    Matcher matcher = SYNCHRONOUS.matcher(value);
    String list =
        !matcher.matches() ? value : matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
    return Stream.of(Objects.requireNonNullElse(list, "").split(","))
        .map(n -> n.strip().replace("\"", "").toLowerCase(Locale.ROOT))
        .filter(n -> !n.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
