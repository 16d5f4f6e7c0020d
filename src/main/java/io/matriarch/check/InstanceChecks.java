package io.matriarch.check;

import io.matriarch.inventory.CommandProfile;
import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import io.matriarch.inventory.Server;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Checks of one instance that several actions share. */
public final class InstanceChecks {

  private static final Map<String, String> NATIVE =
      Map.of(
          "patroni", "patronictl",
          "repmgr", "repmgr service pause, then this action",
          "pg_auto_failover", "pg_autoctl",
          "pacemaker", "pcs resource");

  /** What keeps its meaning between double quotes in a shell. */
  private static final Pattern SHELL_SAFE = Pattern.compile("[^\"$`\\\\\\p{Cntrl}]*");

  /** The option that overrules {@link #unmanaged}. */
  public static final String IGNORE_MANAGER = "ignoreManager";

  private InstanceChecks() {}

  /** Whether we could reach its server at all: SSH, with a pinned host key. */
  public static Check reachable(Instance instance, Fleet fleet) {
    Server server = fleet.serverOf(instance);
    String name = "reachable over SSH";
    if (server.kind() == Server.Kind.RDS) {
      return Check.failed(
          name, server.name() + " is RDS, which has no SSH", "Use the actions for RDS instances.");
    }
    if (server.hostKeys().isEmpty()) {
      return Check.failed(
          name,
          "no host key of " + server.name() + " is pinned",
          "Open the server, compare its fingerprint and pin it.");
    }
    if (instance.state() instanceof InstanceState.Unreachable u) {
      return Check.warning(
              name,
              "not reached when last tried: " + u.reason(),
              "It is tried again when the job runs; nothing is proven now.")
          .observedAt(u.observedAt());
    }
    return Check.passed(name, server.name() + ", host key pinned").observedAt(instance.seenAt());
  }

  /** Whether a manager runs it that would undo what we do. */
  public static Check unmanaged(Instance instance) {
    String manager = instance.manager();
    if (manager == null) {
      return Check.passed("no other manager in charge", "none seen").observedAt(instance.seenAt());
    }
    return Check.failed(
            "no other manager in charge",
            manager + " runs this instance and would undo this",
            "Use " + NATIVE.getOrDefault(manager, manager) + ".")
        .observedAt(instance.seenAt())
        .overruledBy(IGNORE_MANAGER);
  }

  /** Whether the command profile has all it needs for this instance. */
  public static Check commandable(Instance instance, Fleet fleet, Verb verb) {
    String name = "command known";
    try {
      CommandProfile profile = fleet.profileOf(instance);
      profile.arguments(verb, instance, "fast", 60);
      if (profile.name().equals("pg_ctl")
          && !SHELL_SAFE.matcher(instance.dataDirectory()).matches()) {
        return Check.failed(
            name,
            "pg_ctl hands the data directory "
                + instance.dataDirectory()
                + " to a shell inside quotes",
            "Rename the directory, or choose a profile that does not name it.");
      }
      return profile.asOwner()
          ? Check.passed(name, "profile " + profile.name())
          : asRoot(name, profile, fleet.serverOf(instance));
    } catch (IllegalArgumentException e) {
      return Check.failed(
          name,
          Objects.toString(e.getMessage(), "unknown"),
          "Choose a profile for the server or herd that needs less, or wait for the agent's report.");
    }
  }

  /** Whether the escalation of a server can become root, as systemctl wants it. */
  private static Check asRoot(String name, CommandProfile profile, Server server) {
    if (server.sshUser().equals("root")
        || server.become().stream().anyMatch(word -> word.contains("{owner}"))) {
      return Check.passed(name, "profile " + profile.name());
    }
    return server.become().isEmpty()
        ? Check.warning(
            name,
            "profile %s wants root, and its commands run as %s"
                .formatted(profile.name(), server.sshUser()),
            "Have polkit allow it, or set an escalation such as sudo -n -u {owner} on the server.")
        : Check.failed(
            name,
            "profile %s wants root, and the escalation \"%s\" becomes somebody else"
                .formatted(profile.name(), String.join(" ", server.become())),
            "Write {owner} for the user in the server's escalation: it becomes the owner, or root where that is needed.");
  }

  /** What hangs on an instance that is about to go away. */
  public static Check dependants(Instance instance, Fleet fleet) {
    List<Instance> standbys = fleet.standbysOf(instance);
    Integer clients = instance.connections();
    String clientsText =
        clients == null ? "an unknown number of clients" : clients + " client connections";
    if (instance.role() != Instance.Role.PRIMARY && standbys.isEmpty()) {
      return Check.passed("who depends on it", clientsText).observedAt(instance.seenAt());
    }
    String names =
        standbys.isEmpty()
            ? "no standby follows it"
            : "%d standby%s follow%s it (%s)"
                .formatted(
                    standbys.size(),
                    standbys.size() == 1 ? "" : "s",
                    standbys.size() == 1 ? "s" : "",
                    String.join(
                        ", ", standbys.stream().map(s -> fleet.serverOf(s).name()).toList()));
    String role = instance.role() == Instance.Role.PRIMARY ? "it is the primary of its herd; " : "";
    return Check.warning(
            "who depends on it",
            role + names + "; " + clientsText,
            "Service on this herd stops or weakens while it is down.")
        .observedAt(instance.seenAt());
  }

  /** Starting a former primary beside a running one would make two primaries. */
  public static Check onlyPrimary(Instance instance, Fleet fleet) {
    String name = "no second primary";
    if (instance.role() == Instance.Role.STANDBY || instance.copy() || instance.isOnline()) {
      return Check.passed(
          name, "last seen as " + instance.role().name().toLowerCase(java.util.Locale.ROOT));
    }
    if (Boolean.TRUE.equals(instance.standbySignal())) {
      return Check.passed(name, "its standby.signal makes it start as a standby")
          .observedAt(instance.seenAt());
    }
    return fleet.members(instance.herdId()).stream()
        .filter(other -> other.id() != instance.id() && !other.copy())
        .filter(other -> other.state() instanceof InstanceState.Primary)
        .findFirst()
        .map(
            other ->
                Check.failed(
                        name,
                        "%s is a running primary of this herd, and this instance was a primary when last seen"
                            .formatted(fleet.serverOf(other).name()),
                        "Rewind it, which makes it a standby, or rebuild it; starting it would make two primaries.")
                    .observedAt(other.seenAt()))
        .orElseGet(() -> Check.passed(name, "no other member is a running primary"));
  }
}
