package io.matriarch.job;

import io.matriarch.check.Check;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.security.Role;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Something an operator may ask of a target: one small class each. Checks and plan are pure
 * functions of target, fleet and options; only Steps touch the world.
 */
public interface Action {

  ActionName name();

  /** What the menu says. */
  String label();

  /** What it is called as a thing: "restart", "switchover". */
  default String noun() {
    String label = label();
    return label.indexOf(' ') < 0 ? label.toLowerCase(Locale.ROOT) : '"' + label + '"';
  }

  /** One sentence for the help beside it. */
  String help();

  Set<TargetKind> targets();

  default List<OptionSpec> options() {
    return List.of();
  }

  Role requires();

  /** Whether it changes anything; if so, a run holds the lock of its herd. */
  default boolean mutates() {
    return true;
  }

  /** Whether it takes service away, so that the button is red and names what it does. */
  default boolean disrupts() {
    return false;
  }

  /** Whether it mends what another action left over, so that menus show it last. */
  default boolean mends() {
    return false;
  }

  /** Whom an option of kind MEMBER may name, each with a word about it, the first choice first. */
  default Map<Long, String> members(Target target, Fleet fleet) {
    Map<Long, String> lines = new LinkedHashMap<>();
    for (Candidates.Ranked ranked : candidates(target.id(), fleet)) {
      lines.put(
          ranked.instance().id(),
          "%s · %s".formatted(fleet.serverOf(ranked.instance()).name(), ranked.why()));
    }
    return lines;
  }

  /** Whom an action on a herd may make its primary, the one that the rule chooses first. */
  default List<Candidates.Ranked> candidates(long herdId, Fleet fleet) {
    return Candidates.ranked(herdId, fleet);
  }

  /** Servers that these options name beside those of the target; the fleet is loaded with them. */
  default Set<Long> servers(Options options) {
    return Set.of();
  }

  /** The options as a confirmed plan has them: whom a rule chose then stays chosen. */
  default Options frozen(Options options, Plan confirmed) {
    return options;
  }

  /**
   * The options with which a job is repeated for targets that failed.
   *
   * @param confirmedAt when the first one was confirmed
   */
  default Map<String, String> retried(Options options, Instant confirmedAt) {
    return options.values();
  }

  /** All checks, passed and failed, each explained. */
  List<Check> checks(Target target, Fleet fleet, Options options);

  /** What will be done; only asked for when no check refuses. */
  Plan plan(Target target, Fleet fleet, Options options);
}
