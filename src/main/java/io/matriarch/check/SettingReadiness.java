package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Settings that would surprise after a switch. */
final class SettingReadiness {

  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  private SettingReadiness() {}

  static Check readOnly(Look look) {
    String name = "new sessions on the candidate may write";
    String value = Looked.facts(look.candidate()).setting("default_transaction_read_only");
    return "off".equals(value)
        ? Check.passed(name, "default_transaction_read_only is off")
        : Check.failed(
            name,
            "default_transaction_read_only is " + Looked.said(value),
            "Set it to off there, else no client can write after the switch.");
  }

  static Check targetTimeline(Look look) {
    String name = "standbys follow the latest timeline";
    List<String> wrong =
        look.members().stream()
            .filter(m -> m.facts() != null)
            .filter(m -> !"latest".equals(Looked.facts(m).setting("recovery_target_timeline")))
            .map(
                m ->
                    "recovery_target_timeline is %s on %s"
                        .formatted(
                            Looked.said(Looked.facts(m).setting("recovery_target_timeline")),
                            m.server()))
            .toList();
    return wrong.isEmpty()
        ? Check.passed(name, "recovery_target_timeline is latest everywhere")
        : Check.failed(
            name, String.join(", ", wrong), "Set it to latest and restart, else it cannot follow.");
  }

  static Check pendingRestart(Look look) {
    String name = "no setting waits for a restart";
    List<String> waiting = new ArrayList<>();
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<String> pending = Looked.facts(member).pendingRestart();
      if (pending == null) {
        waiting.add("not known of " + member.server());
      } else if (!pending.isEmpty()) {
        waiting.add("%s on %s".formatted(String.join(", ", pending), member.server()));
      }
    }
    return waiting.isEmpty()
        ? Check.passed(name, "none")
        : Check.warning(
            name, String.join("; ", waiting), "The old primary restarts with it in the switch.");
  }

  static Check hba(Look look) {
    String name = "pg_hba.conf can be read";
    List<String> wrong = new ArrayList<>();
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<String> errors = Looked.facts(member).hbaErrors();
      if (errors == null) {
        wrong.add("not known of " + member.server());
      } else if (!errors.isEmpty()) {
        wrong.add("%s: %s".formatted(member.server(), String.join("; ", errors)));
      }
    }
    return wrong.isEmpty()
        ? Check.passed(name, "no errors")
        : Check.warning(
            name,
            String.join(", ", wrong),
            "A reload keeps the old rules and a restart fails; mend the file.");
  }

  static Check clocks(Look look) {
    String name = "clocks agree";
    Instant primary = Looked.facts(look.primary()).clock();
    Instant candidate = Looked.facts(look.candidate()).clock();
    if (primary == null || candidate == null) {
      return Check.warning(name, "not known", "Compare the clocks of both hosts.");
    }
    // Each was read some seconds before we noted when, so only the difference tells.
    Duration apart =
        Duration.between(look.primary().at(), primary)
            .minus(Duration.between(look.candidate().at(), candidate))
            .abs();
    return apart.compareTo(MOST_SKEW) > 0
        ? Looked.limit(
            Check.warning(
                name,
                "%d s apart".formatted(apart.toSeconds()),
                "Mend NTP; times of commits and logs mislead meanwhile."),
            MOST_SKEW.toSeconds() + " s")
        : Check.passed(name, "within %d s".formatted(MOST_SKEW.toSeconds()));
  }
}
