package io.matriarch.discovery;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which cluster of a server has a port: the running one; of several that are stopped, the first by
 * directory. The others keep it as their configured port only.
 */
final class Ports {

  private Ports() {}

  /** Data directory to port, for those that have the port they are configured for. */
  static Map<String, Integer> of(Look look, KnownInstances known) {
    List<Facts> ordered =
        look.instances().stream()
            .sorted(Comparator.comparing(Ports::rank).thenComparing(Facts::dataDirectory))
            .toList();
    Map<String, Integer> ports = new HashMap<>();
    Set<Integer> taken = new HashSet<>();
    for (Facts facts : ordered) {
      Integer port = facts.configuredPort();
      if (port == null || taken.contains(port)) {
        continue;
      }
      boolean lost =
          rank(facts) > 0
              && !look.isReport()
              && known.runsElsewhere(look.serverId(), facts.dataDirectory(), port);
      if (!lost) {
        taken.add(port);
        ports.put(facts.dataDirectory(), port);
      }
    }
    return ports;
  }

  private static int rank(Facts facts) {
    if (Boolean.TRUE.equals(facts.online())) {
      return 0;
    }
    return facts.state().equals(Verdict.STOPPED) ? 2 : 1;
  }
}
