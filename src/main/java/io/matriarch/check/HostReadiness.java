package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the hosts tell: damage in a log, what starts PostgreSQL again, where settings come from. */
final class HostReadiness {

  /** Older damage has been lived with; the log keeps telling it until it is rotated away. */
  private static final Duration RECENT = Duration.ofDays(7);

  private static final String OWN_FILE = "/postgresql.auto.conf";

  private HostReadiness() {}

  static Check damage(Look look) {
    String name = "the logs tell of no damage";
    List<Told> told =
        Stream.of(look.primary(), look.candidate()).map(HostReadiness::damage).toList();
    String seen = told.stream().map(Told::words).collect(Collectors.joining("; "));
    return told.stream().allMatch(Told::well)
        ? Check.passed(name, seen)
        : Check.warning(
            name,
            told.stream().filter(t -> !t.well()).map(Told::words).collect(Collectors.joining("; ")),
            "Read the log there, and look at disk and file system before you rely on that server.");
  }

  private record Told(boolean well, String words) {}

  private static Told damage(Member member) {
    ReadinessFacts facts = Looked.facts(member);
    List<String> bad = facts.host("bad");
    List<String> elsewhere = facts.host("nolog");
    String set = facts.setting("lc_messages");
    String language = set == null || !set.isEmpty() ? set : first(facts.host("messages"));
    if (bad == null || elsewhere == null || language == null || language.isEmpty()) {
      return new Told(false, "not known of " + member.server());
    }
    if (bad.isEmpty()) {
      return new Told(
          false,
          "not known of %s, whose messages go to %s"
              .formatted(member.server(), String.join(" ", elsewhere)));
    }
    if (!language.matches("(C|POSIX|en)([._].*)?")) {
      return new Told(
          false, "not known of %s, whose messages are in %s".formatted(member.server(), language));
    }
    String last = first(facts.host("last"));
    if (last.isEmpty()) {
      String since = first(facts.host("since"));
      return new Told(
          true,
          "none on %s%s".formatted(member.server(), since.isEmpty() ? "" : " since " + since));
    }
    return isOld(last, facts.clock())
        ? new Told(true, "none lately on %s, the last: %s".formatted(member.server(), last))
        : new Told(
            false,
            "%s on %s, the last: %s"
                .formatted(
                    bad.getFirst().equals("1") ? "1 line" : bad.getFirst() + " lines",
                    member.server(),
                    last));
  }

  private static String first(@Nullable List<String> texts) {
    return texts == null || texts.isEmpty() ? "" : texts.getFirst().strip();
  }

  private static boolean isOld(String line, @Nullable Instant clock) {
    return clock != null
        && line.matches("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]).*")
        && LocalDate.parse(line.substring(0, 10))
            .atStartOfDay(ZoneOffset.UTC)
            .toInstant()
            .isBefore(clock.minus(RECENT).minus(Duration.ofDays(1)));
  }

  /** Of the primary only: nothing else is stopped. */
  static Check restarts(Look look) {
    String name = "nothing in sight restarts the old primary by itself";
    ReadinessFacts primary = Looked.facts(look.primary());
    List<String> restarts = primary.host("restarts");
    List<String> unseen = primary.host("unseen");
    if (restarts == null || unseen == null) {
      return Check.warning(
          name, "not known of " + Looked.server(look), "Look at its units, monitors and cron.");
    }
    if (!restarts.isEmpty() || !unseen.isEmpty()) {
      List<String> all = new ArrayList<>(restarts);
      unseen.forEach(what -> all.add("not known: " + what));
      return Check.warning(
          name,
          "on %s: %s".formatted(Looked.server(look), String.join("; ", all)),
          "It could start the old primary before it is a standby, and the switch would go back; halt it meanwhile.");
    }
    String starts = String.join("; ", Objects.requireNonNull(primary.host("starts")));
    String unread = String.join(", ", Objects.requireNonNull(primary.host("unread")));
    return Check.passed(
        name,
        (starts.isEmpty()
                ? "nothing seen on " + Looked.server(look)
                : "%s is started %s".formatted(Looked.server(look), starts))
            + (unread.isEmpty() ? "" : "; not readable for its owner: " + unread));
  }

  static Check conninfo(Look look) {
    String name = "where standbys are led to stays";
    List<String> fatal = new ArrayList<>();
    List<String> odd = new ArrayList<>();
    for (Member member : look.members()) {
      if (member.facts() == null) {
        continue;
      }
      Source source = Looked.facts(member).conninfo();
      if (source == null) {
        odd.add("not known of " + member.server());
      } else if (source.set() && source.source().equals("command line")) {
        (member.equals(look.candidate()) ? odd : fatal)
            .add("primary_conninfo is on the command line of " + member.server());
      } else if (source.set() && !isOwn(source.file())) {
        odd.add("primary_conninfo of %s stands in %s".formatted(member.server(), place(source)));
      }
      if (look.others().contains(member)
          && Boolean.FALSE.equals(Looked.facts(member).alterSystem())) {
        fatal.add("allow_alter_system is off on " + member.server());
      }
    }
    if (!fatal.isEmpty()) {
      return Looked.ease(
          Check.failed(
              name,
              String.join("; ", fatal),
              "A switch leads it by ALTER SYSTEM, and could not; it would follow nobody."));
    }
    return odd.isEmpty()
        ? Check.passed(name, "primary_conninfo stands in postgresql.auto.conf alone")
        : Check.warning(
            name,
            String.join("; ", odd),
            "A switch writes postgresql.auto.conf, which wins; whatever writes that file goes on naming the old primary, and undoes the switch where it empties the other or resets the setting.");
  }

  private static boolean isOwn(@Nullable String file) {
    return file != null && file.endsWith(OWN_FILE);
  }

  private static String place(Source source) {
    String file = source.file();
    return file == null
        ? "a place that is not known (%s)".formatted(source.source())
        : source.line() == null ? file : file + ":" + source.line();
  }
}
