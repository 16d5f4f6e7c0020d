package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import java.util.ArrayList;
import java.util.List;

/** Who can reach whom, and who else is in charge. */
final class AccessReadiness {

  private AccessReadiness() {}

  static List<Check> ways(Look look) {
    List<String[]> wanted = new ArrayList<>();
    wanted.add(new String[] {Looked.server(look), Looked.candidate(look)});
    wanted.add(new String[] {Looked.candidate(look), Looked.server(look)});
    look.others().forEach(o -> wanted.add(new String[] {o.server(), Looked.candidate(look)}));
    return wanted.stream().map(pair -> way(look, pair[0], pair[1])).toList();
  }

  private static Check way(Look look, String from, String to) {
    String name = "%s may stream from %s".formatted(from, to);
    return look.ways().stream()
        .filter(w -> w.from().equals(from) && w.to().equals(to))
        .findFirst()
        .map(
            w ->
                w.trouble() == null
                    ? Check.passed(name, "a real connection was taken")
                    : Check.failed(
                        name,
                        w.trouble(),
                        "Mend pg_hba.conf, role or password on %s for connections from %s."
                            .formatted(to, from)))
        .orElseGet(
            () ->
                Check.failed(
                    name,
                    "not tried",
                    "It needs the candidate's primary_conninfo and both hosts."));
  }

  static Check managers(Look look) {
    String name = "no other manager in charge";
    List<String> managed =
        look.members().stream()
            .filter(m -> m.manager() != null)
            .map(m -> "%s runs %s".formatted(m.manager(), m.server()))
            .toList();
    return managed.isEmpty()
        ? Check.passed(name, "none seen")
        : Check.failed(
                name, String.join(", ", managed), "Use its own command; it would undo what we do.")
            .overruledBy(InstanceChecks.IGNORE_MANAGER);
  }

  static Check ownRecords(Look look) {
    String name = "not the herd that holds our own records";
    String own = look.ownIdentifier();
    boolean same =
        own != null
            && look.members().stream()
                .anyMatch(m -> m.facts() != null && own.equals(Looked.facts(m).systemIdentifier()));
    return own != null && !same
        ? Check.passed(name, "our database is another cluster")
        : Check.failed(
            name,
            own == null ? "our own system identifier is not known" : "this console runs on it",
            "A console cannot record what it does while its own database is switched; do it by hand.");
  }

  static Check busy(Look look) {
    String busy = look.busy();
    String name = "no job runs on the herd";
    return busy == null
        ? Check.passed(name, "none")
        : Check.failed(name, busy, "Wait until it has ended.");
  }
}
