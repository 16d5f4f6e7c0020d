package io.matriarch.check;

import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a standby of a herd may take over by itself: only where nobody is needed to keep a dead
 * primary from acknowledging writes, since its commits wait for standbys.
 */
public final class AutomaticChecks {

  private AutomaticChecks() {}

  /**
   * @param fencesReturning whether the console fences former primaries that come back
   * @param ownIdentifier system identifier of the database that holds our own records
   */
  public static List<Check> of(
      long herdId, Fleet fleet, boolean fencesReturning, String ownIdentifier) {
    List<Check> checks = new ArrayList<>();
    Optional<Instance> primary = fleet.primaryOf(herdId);
    checks.add(serves(primary, fleet));
    checks.add(foreign(herdId, fleet, ownIdentifier));
    checks.add(returning(fencesReturning));
    checks.add(candidate(herdId, fleet));
    primary.ifPresent(
        p -> {
          checks.add(quorum(p, fleet));
          Stream.concat(Stream.of(p), FailoverChecks.survivors(p, fleet).stream())
              .forEach(m -> checks.addAll(member(m, fleet)));
        });
    return checks;
  }

  private static Check serves(Optional<Instance> primary, Fleet fleet) {
    String name = "the primary serves";
    return primary
        .filter(p -> p.state() instanceof InstanceState.Primary)
        .map(p -> Check.passed(name, fleet.serverOf(p).name()).observedAt(p.seenAt()))
        .orElseGet(() -> Check.failed(name, "none does", "Bring the primary back first."));
  }

  private static Check foreign(long herdId, Fleet fleet, String ownIdentifier) {
    String name = "it does not hold Matriarch's own records";
    String identifier = Objects.requireNonNull(fleet.herds().get(herdId)).systemIdentifier();
    return ownIdentifier.equals(identifier)
        ? Check.failed(
            name,
            "it does, and they would be gone in the middle",
            "Keep the records in another cluster.")
        : Check.passed(name, "it does not");
  }

  private static Check returning(boolean fences) {
    String name = "a former primary that comes back is fenced";
    return fences
        ? Check.passed(name, "within a few seconds, by a job of the console")
        : Check.failed(name, "the setting fence.returning is off", "Turn it on.");
  }

  private static Check candidate(long herdId, Fleet fleet) {
    String name = "a standby can take over";
    return Candidates.forFailover(herdId, fleet).stream()
        .findFirst()
        .map(c -> Check.passed(name, fleet.serverOf(c.instance()).name() + ": " + c.why()))
        .orElseGet(
            () ->
                Check.failed(
                    name,
                    "the herd has no running standby that may become primary",
                    "Create one, or start one."));
  }

  private static Check quorum(Instance primary, Fleet fleet) {
    String name = "no commit returns without standbys that are here";
    return FailoverChecks.gap(primary, fleet)
        .map(
            why ->
                Check.failed(
                    name,
                    why,
                    "A host that is cut off cannot be stopped over SSH, so commits must wait for standbys: Set synchronous."))
        .orElseGet(
            () -> Check.passed(name, String.valueOf(fleet.herdOf(primary).commits().names())))
        .observedAt(fleet.herdOf(primary).commits().toldAt());
  }

  private static List<Check> member(Instance member, Fleet fleet) {
    String server = fleet.serverOf(member).name();
    return Stream.of(InstanceChecks.reachable(member, fleet), InstanceChecks.unmanaged(member))
        .map(c -> c.named("%s (%s)".formatted(c.name(), server)))
        .toList();
  }
}
