package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.postgres.ReadinessFacts.Open;
import java.util.List;

/** Who holds transactions open that a pause would wait for, or a promotion would break. */
final class SessionReadiness {

  private SessionReadiness() {}

  static Check openTransactions(Look look) {
    String name = "no transaction is open for long";
    List<Open> open = Looked.facts(look.primary()).open();
    String limit = look.patience().toSeconds() + " s";
    if (open == null) {
      return Check.failed(name, "not known", "Ask the primary's pg_stat_activity.");
    }
    List<Open> late =
        open.stream().filter(o -> o.seconds() >= look.patience().toSeconds()).toList();
    return late.isEmpty()
        ? Looked.limit(Check.passed(name, "none on " + Looked.server(look)), limit)
        : Looked.limit(
            Looked.ease(
                Check.failed(
                    name,
                    "on %s: %s".formatted(Looked.server(look), Open.named(late)),
                    "Poolers wait for it and give up; let it end, or end it.")),
            limit);
  }

  static Check candidateQueries(Look look) {
    String name = "no long query on the candidate";
    List<Open> open = Looked.facts(look.candidate()).open();
    return open == null
        ? Check.warning(name, "not known", "Ask its pg_stat_activity.")
        : open.isEmpty()
            ? Check.passed(name, "none on " + Looked.candidate(look))
            : Check.warning(
                name,
                "on %s: %s".formatted(Looked.candidate(look), Open.named(open)),
                "It may hold replay for max_standby_streaming_delay.");
  }

  static Check prepared(Look look) {
    String name = "no prepared transactions";
    Integer count = Looked.facts(look.primary()).prepared();
    return Integer.valueOf(0).equals(count)
        ? Check.passed(name, "none")
        : Check.warning(
            name,
            Looked.said(count),
            "They survive the switch with their locks; whoever prepared them must end them.");
  }
}
