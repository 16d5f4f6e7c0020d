package io.matriarch.action.step;

import io.matriarch.inventory.CommandProfile;
import io.matriarch.inventory.CommandProfile.Verb;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.job.InstanceRef;
import java.util.ArrayList;
import java.util.List;

/** Fills a command profile for one instance, privilege escalation included. */
final class InstanceCommand {

  private static final String ROOT = "root";

  private InstanceCommand() {}

  static List<String> of(Verb verb, Instance instance, Fleet fleet, StopMode mode, int seconds) {
    CommandProfile profile = fleet.profileOf(instance);
    Server server = fleet.serverOf(instance);
    if (profile.name().equals("systemd") && verb == Verb.STOP && mode != StopMode.FAST) {
      return asOwner(pgCtlStop(instance, mode, seconds), server, instance);
    }
    List<String> arguments = profile.arguments(verb, instance, mode.word(), seconds);
    return profile.asOwner()
        ? asOwner(arguments, server, instance)
        : prefixed(InstanceRef.become(server, ROOT), arguments);
  }

  /** A unit always stops in mode fast; other modes go past it, and the unit notices. */
  private static List<String> pgCtlStop(Instance instance, StopMode mode, int seconds) {
    String bin = instance.binDirectory();
    return List.of(
        bin == null ? "pg_ctl" : bin + "/pg_ctl",
        "-D",
        instance.dataDirectory(),
        "-w",
        "-t",
        String.valueOf(seconds),
        "-m",
        mode.word(),
        "stop");
  }

  private static List<String> asOwner(List<String> arguments, Server server, Instance instance) {
    return prefixed(InstanceRef.become(server, instance.owner()), arguments);
  }

  private static List<String> prefixed(List<String> prefix, List<String> arguments) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(arguments);
    return all;
  }
}
