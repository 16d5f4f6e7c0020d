package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Entry;
import io.matriarch.check.ReadinessChecks.Gate;
import io.matriarch.check.ReadinessChecks.Login;
import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.postgres.ReadinessFacts.Sessions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether clients come through poolers, and whether those may come in at the candidate. */
final class GateReadiness {

  private static final int MOST = 5;

  private GateReadiness() {}

  static List<Check> logins(Look look) {
    return look.gates().stream().map(gate -> logins(gate, look)).toList();
  }

  private static Check logins(Gate gate, Look look) {
    String name = "%s: its users may sign in at %s".formatted(gate.name(), Looked.candidate(look));
    List<Login> tried =
        gate.logins().stream().filter(l -> l.to().equals(Looked.candidate(look))).toList();
    if (gate.trouble() != null) {
      return Check.warning(name, "not known: " + gate.trouble(), "Try it from its host by hand.");
    }
    String refused = words(tried, Entry.REFUSED);
    if (!refused.isEmpty()) {
      return Looked.ease(
          Check.failed(
              name,
              refused,
              "Let connections from there in, as the primary does: network and pg_hba.conf of %s."
                  .formatted(Looked.candidate(look))));
    }
    String unknown = words(tried, Entry.UNKNOWN);
    if (!unknown.isEmpty()) {
      return Check.warning(name, "not known: " + unknown, "Try it from its host by hand.");
    }
    if (tried.isEmpty()) {
      return gate.logins().isEmpty()
          ? Check.passed(name, "nobody uses it now")
          : Check.warning(name, "not tried", "Try it from its host by hand.");
    }
    return Check.passed(
        name,
        tried.stream()
            .map(
                l ->
                    "%s in %s %s"
                        .formatted(
                            l.user(),
                            l.database(),
                            l.entry() == Entry.TAKEN
                                ? "came in"
                                : "was asked for the password, which is the primary's"))
            .collect(Collectors.joining(", ")));
  }

  private static String words(List<Login> tried, Entry entry) {
    return tried.stream()
        .filter(l -> l.entry() == entry)
        .map(l -> "%s in %s: %s".formatted(l.user(), l.database(), l.said()))
        .collect(Collectors.joining("; "));
  }

  /** Only where there are poolers to pass by. */
  static List<Check> passers(Look look) {
    if (look.gates().isEmpty() || look.primary().facts() == null) {
      return List.of();
    }
    String name = "clients come through the poolers";
    List<Sessions> sessions = Looked.facts(look.primary()).sessions();
    if (sessions == null) {
      return List.of(
          Check.warning(name, "not known", "Ask the primary's pg_stat_activity for client_addr."));
    }
    Set<String> known = known(look);
    List<Sessions> passing = sessions.stream().filter(s -> !known.contains(s.address())).toList();
    return List.of(
        passing.isEmpty()
            ? Check.passed(name, "nobody else is connected to " + Looked.server(look))
            : Check.warning(
                name,
                "on %s: %s%s".formatted(Looked.server(look), named(passing), blind(look)),
                "They lose their connections in a switch and must find the new primary themselves; lead them through a pooler."));
  }

  private static Set<String> known(Look look) {
    Set<String> known = new HashSet<>();
    look.gates().forEach(gate -> known.addAll(gate.addresses()));
    for (Member member : look.members()) {
      if (member.facts() != null) {
        known.addAll(
            Objects.requireNonNullElse(Looked.facts(member).host("address"), List.<String>of()));
      }
    }
    return known;
  }

  private static String named(List<Sessions> passing) {
    return passing.stream()
            .limit(MOST)
            .map(s -> "%d from %s (%s)".formatted(s.count(), s.address(), roles(s)))
            .collect(Collectors.joining(", "))
        + (passing.size() > MOST
            ? ", and from %d more addresses".formatted(passing.size() - MOST)
            : "");
  }

  private static String roles(Sessions sessions) {
    return String.join(", ", sessions.users());
  }

  private static String blind(Look look) {
    String blind =
        look.gates().stream()
            .filter(gate -> gate.addresses().isEmpty())
            .map(Gate::name)
            .collect(Collectors.joining(", "));
    return blind.isEmpty() ? "" : "; addresses are not known of " + blind;
  }
}
