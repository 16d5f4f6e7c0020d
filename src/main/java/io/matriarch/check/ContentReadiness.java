package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What in the databases would behave otherwise on the candidate. */
final class ContentReadiness {

  private ContentReadiness() {}

  static Check versions(Look look) {
    String name = "same version";
    Integer primary = Looked.facts(look.primary()).versionNum();
    Integer candidate = Looked.facts(look.candidate()).versionNum();
    String seen =
        "%s on %s, %s on %s"
            .formatted(
                Looked.said(Looked.facts(look.primary()).version()),
                Looked.server(look),
                Looked.said(Looked.facts(look.candidate()).version()),
                Looked.candidate(look));
    if (primary == null || candidate == null || primary / 10_000 != candidate / 10_000) {
      return Check.failed(name, seen, "Streaming needs one major version.");
    }
    return primary.equals(candidate)
        ? Check.passed(name, Looked.said(Looked.facts(look.primary()).version()))
        : Check.warning(name, seen, "Update the older one when it can be spared.");
  }

  static Check collations(Look look) {
    String name = "same collations";
    ReadinessFacts primary = Looked.facts(look.primary());
    ReadinessFacts candidate = Looked.facts(look.candidate());
    String here = primary.collation();
    String there = candidate.collation();
    if (!Objects.equals(here, there)) {
      return Looked.ease(
          Check.failed(
              name,
              "version %s on %s, %s on %s"
                  .formatted(
                      Looked.said(here),
                      Looked.server(look),
                      Looked.said(there),
                      Looked.candidate(look)),
              "Indexes on text may be wrong on the candidate; give both one operating system."));
    }
    List<String> changed = new ArrayList<>();
    for (ReadinessFacts each : List.of(primary, candidate)) {
      changed.addAll(Objects.requireNonNullElse(each.collationChanged(), List.of()));
      for (Database database : Objects.requireNonNullElse(each.inside(), List.<Database>of())) {
        database.collationChanged().stream()
            .map(c -> database.name() + "." + c)
            .forEach(changed::add);
      }
    }
    if (!changed.isEmpty()) {
      return Check.warning(
          name,
          "changed since they were recorded: "
              + changed.stream().distinct().limit(5).collect(Collectors.joining(", ")),
          "Reindex what sorts by them, then refresh the version.");
    }
    if (here == null) {
      return Integer.valueOf(0).equals(primary.sortedBySystem())
          ? Check.passed(name, "no database sorts by the operating system")
          : Check.warning(name, "not known", "Compare the C libraries of both hosts.");
    }
    return Check.passed(name, "version " + here);
  }

  static Check extensions(Look look) {
    String name = "extensions and libraries are on the candidate";
    List<String> available = Looked.facts(look.candidate()).available();
    List<Database> inside = Looked.facts(look.primary()).inside();
    String here = Looked.facts(look.primary()).setting("shared_preload_libraries");
    String there = Looked.facts(look.candidate()).setting("shared_preload_libraries");
    if (available == null || inside == null || inside.isEmpty() || here == null || there == null) {
      return Looked.ease(Check.failed(name, "not known", "Compare pg_available_extensions."));
    }
    Set<String> missing = new TreeSet<>();
    inside.forEach(d -> missing.addAll(d.extensions()));
    available.forEach(missing::remove);
    Set<String> libraries = new TreeSet<>(libraries(here));
    libraries.removeAll(libraries(there));
    missing.addAll(libraries);
    if (!missing.isEmpty()) {
      return Looked.ease(
          Check.failed(
              name,
              "missing on %s: %s".formatted(Looked.candidate(look), String.join(", ", missing)),
              "Install the packages there and set shared_preload_libraries alike."));
    }
    return partly(look, inside.size())
        ? Check.warning(name, looked(look, inside.size()), "Compare the other databases by hand.")
        : Check.passed(name, "none is missing");
  }

  private static Set<String> libraries(String value) {
    return Stream.of(value.split(","))
        .map(l -> l.strip().replace("\"", "").replaceFirst("^\\$libdir/", ""))
        .filter(l -> !l.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Check unlogged(Look look) {
    String name = "no unlogged tables";
    List<Database> inside = Looked.facts(look.primary()).inside();
    String remedy = "They are empty after the switch.";
    if (inside == null || inside.isEmpty()) {
      return Check.warning(name, "not known", remedy);
    }
    List<String> found =
        inside.stream()
            .filter(d -> d.unlogged() > 0)
            .map(d -> "%d in %s".formatted(d.unlogged(), d.name()))
            .toList();
    if (!found.isEmpty()) {
      return Check.warning(name, String.join(", ", found), remedy);
    }
    return partly(look, inside.size())
        ? Check.warning(name, looked(look, inside.size()), remedy)
        : Check.passed(name, "none");
  }

  private static boolean partly(Look look, int seen) {
    Integer all = Looked.facts(look.primary()).databases();
    return all == null || all > seen;
  }

  private static String looked(Look look, int seen) {
    return "%d of %s databases were looked into"
        .formatted(seen, Looked.said(Looked.facts(look.primary()).databases()));
  }

  static Check subscriptions(Look look) {
    Integer count = Looked.facts(look.primary()).subscriptions();
    String name = "no subscriptions";
    return Integer.valueOf(0).equals(count)
        ? Check.passed(name, "none")
        : Check.warning(
            name,
            count == null ? "not known" : count + " enabled",
            "They start on the new primary; their publisher must let it in.");
  }

  static Check scheduled(Look look) {
    String name = "no jobs of pg_cron";
    String there = Looked.facts(look.candidate()).setting("shared_preload_libraries");
    return there != null && !libraries(there).contains("pg_cron")
        ? Check.passed(name, "pg_cron is not loaded on " + Looked.candidate(look))
        : Check.warning(
            name,
            there == null ? "not known" : "pg_cron is loaded on " + Looked.candidate(look),
            "Its jobs start there as soon as it is primary.");
  }
}
