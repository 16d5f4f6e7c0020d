package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.postgres.ReadinessFacts.Standby;
import io.matriarch.postgres.SynchronousNames;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether commits would wait for a standby that is not there. */
final class SynchronousReadiness {

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
    SynchronousNames wanted = SynchronousNames.parse(value);
    List<Standby> streaming = Looked.facts(look.primary()).standbys();
    Set<String> there =
        streaming == null
            ? Set.of()
            : streaming.stream()
                .filter(s -> s.state().equals("streaming"))
                .map(s -> s.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    boolean enough =
        (wanted.takesAny()
                ? look.followers().size()
                : wanted.names().stream().filter(there::contains).count())
            >= wanted.needed();
    return enough
        ? Check.passed(name, value)
        : Looked.ease(
            Check.failed(
                name,
                "commits will block if %d of %s do not stream from %s"
                    .formatted(
                        wanted.needed(),
                        String.join(", ", new TreeSet<>(wanted.names())),
                        Looked.candidate(look)),
                "Name standbys that will follow it in its synchronous_standby_names."));
  }
}
