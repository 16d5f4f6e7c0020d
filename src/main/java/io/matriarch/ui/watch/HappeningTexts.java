package io.matriarch.ui.watch;

import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.Tone;
import io.matriarch.watch.Happening;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How happenings are worded, coloured, linked, and drawn together when there are many of a kind.
 */
final class HappeningTexts {

  /** This many of a kind within a minute are still told one by one. */
  private static final int APART = 3;

  private static final Duration TOGETHER = Duration.ofMinutes(1);

  /** What one line says. */
  record Line(
      Instant at, Tone tone, String text, String detail, @Nullable String link, String where) {}

  private HappeningTexts() {}

  /** Lines for these happenings, newest first; many alike become one. */
  static List<Line> lines(List<Happening> happenings) {
    List<Line> lines = new ArrayList<>();
    int at = 0;
    while (at < happenings.size()) {
      int end = at + 1;
      while (end < happenings.size() && alike(happenings.get(at), happenings.get(end))) {
        end++;
      }
      List<Happening> group = happenings.subList(at, end);
      if (group.size() > APART) {
        lines.add(together(group));
      } else {
        group.forEach(one -> lines.add(line(one)));
      }
      at = end;
    }
    return lines;
  }

  private static boolean alike(Happening first, Happening next) {
    return first.kind().equals(next.kind())
        && Objects.equals(first.became(), next.became())
        && Objects.equals(first.actor(), next.actor())
        && isOfMany(first)
        && isOfMany(next)
        && Duration.between(next.at(), first.at()).compareTo(TOGETHER) <= 0;
  }

  /** Instances, and servers that fall silent together. */
  private static boolean isOfMany(Happening one) {
    return one.instanceId() != null || one.kind().startsWith("problem") && one.serverId() != null;
  }

  private static Line together(List<Happening> group) {
    Happening one = group.getFirst();
    if (one.instanceId() == null) {
      return new Line(one.at(), tone(one), servers(one, group.size()), "", "servers", "");
    }
    boolean sameHerd = group.stream().map(Happening::herdId).distinct().count() == 1;
    return new Line(
        one.at(),
        tone(one),
        Figures.count(group.size()) + " instances: " + many(one),
        "",
        sameHerd && one.herdId() != null ? "herds/" + one.herdId() : "instances",
        sameHerd ? text(one.herd()) : "");
  }

  private static String servers(Happening one, int number) {
    boolean over = one.kind().equals("problem-over");
    String count = (over ? "over: " : "") + Figures.count(number);
    return switch (text(one.became())) {
      case "agent-silent" -> count + (over ? " agents were silent" : " agents are silent");
      case "server-unreachable" ->
          count + (over ? " servers could not" : " servers cannot") + " be reached over SSH";
      default -> count + " servers: " + text(one.became()).replace('-', ' ');
    };
  }

  private static String many(Happening one) {
    return switch (one.kind()) {
      case "found" -> "found";
      case "role" -> "became " + one.became();
      case "state" -> stateWords(one);
      case "timeline" -> "went on to timeline " + one.became();
      case "version" -> "now PostgreSQL " + one.became();
      case "upstream" -> "now follow " + one.became();
      case "herd" -> "moved to herd " + one.became();
      case "gone" -> "no longer found on their servers";
      case "back" -> "found again";
      default -> one.kind().replace('-', ' ');
    };
  }

  private static Line line(Happening one) {
    return new Line(one.at(), tone(one), words(one), text(one.detail()), link(one), where(one));
  }

  private static String words(Happening one) {
    String it = one.instance() != null ? one.instance() : text(one.server());
    return switch (one.kind()) {
      case "found" -> it + " was found" + (known(one.became()) ? ", a " + one.became() : "");
      case "formed" -> "herd " + text(one.herd()) + " formed";
      case "role" -> "%s became %s, was %s".formatted(it, one.became(), one.was());
      case "state" -> it + " " + stateWords(one);
      case "timeline" ->
          "%s went on to timeline %s, was on %s".formatted(it, one.became(), one.was());
      case "version" -> "%s runs PostgreSQL %s, was %s".formatted(it, one.became(), one.was());
      case "upstream" ->
          "%s follows %s, was following %s".formatted(it, text(one.became()), text(one.was()));
      case "herd" ->
          "%s moved to herd %s from %s".formatted(it, text(one.became()), text(one.was()));
      case "copy" -> it + " was recognised as a copy of " + text(one.became());
      case "gone" -> it + " is no longer found on its server";
      case "back" -> it + " is found again";
      case "problem" -> problem(one, "is", "has", "shows", "cannot");
      case "problem-over" -> "over: " + problem(one, "was", "had", "showed", "could not");
      case "edit" -> text(one.actor()) + " " + edit(one);
      default -> one.kind();
    };
  }

  private static boolean known(@Nullable String role) {
    return role != null && !role.equals("unknown");
  }

  private static String stateWords(Happening one) {
    return switch (text(one.became())) {
      case "online" -> "came online, was " + one.was();
      case "stopped" -> "stopped";
      default -> "cannot be reached, was " + one.was();
    };
  }

  private static String problem(Happening one, String is, String has, String shows, String cannot) {
    return switch (text(one.became())) {
      case "agent-silent" -> "the agent of %s %s silent".formatted(text(one.server()), is);
      case "server-unreachable" ->
          "%s %s be reached over SSH".formatted(text(one.server()), cannot);
      case "host-key-changed" ->
          "%s %s a host key that is not pinned".formatted(text(one.server()), shows);
      case "split-brain" -> "herd %s %s in split brain".formatted(text(one.herd()), is);
      case "no-primary" -> "herd %s %s no primary".formatted(text(one.herd()), has);
      default -> text(one.became());
    };
  }

  private static String edit(Happening one) {
    String[] action = text(one.became()).split("\\.", 2);
    String what = action[0] + " " + text(one.target());
    return switch (action.length < 2 ? "" : action[1]) {
      case "create" -> "added " + what;
      case "update" -> "edited " + what;
      case "delete" -> "deleted " + what;
      case "separate" -> "made " + text(one.target()) + " a herd of its own";
      case "forget" -> "removed " + what;
      case "release-agent-login" -> "released the agent login of " + text(one.target());
      default -> one.became() + " " + text(one.target());
    };
  }

  private static Tone tone(Happening one) {
    return switch (one.kind()) {
      case "state" ->
          switch (text(one.became())) {
            case "online" -> Tone.OK;
            case "stopped" -> Tone.IDLE;
            default -> Tone.BAD;
          };
      case "gone" -> Tone.BAD;
      case "problem" -> "agent-silent".equals(one.became()) ? Tone.WARN : Tone.BAD;
      case "problem-over", "back" -> Tone.DONE;
      default -> Tone.PLAIN;
    };
  }

  private static @Nullable String link(Happening one) {
    if (one.instanceId() != null) {
      return "instances/" + one.instanceId();
    }
    if (one.herdId() != null) {
      return "herds/" + one.herdId();
    }
    return one.serverId() == null ? null : "servers/" + one.serverId();
  }

  /** The herd, unless the words name it already. */
  private static String where(Happening one) {
    return one.instanceId() == null ? "" : text(one.herd());
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
