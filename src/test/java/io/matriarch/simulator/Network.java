package io.matriarch.simulator;

import java.util.HashSet;
import java.util.Set;

/** Who reaches whom; each direction by itself. */
final class Network {

  private final Set<String> cut = new HashSet<>();

  /** Who reach one another and nobody else. */
  private final Set<String> island = new HashSet<>();

  void cutOff(Set<String> names) {
    island.addAll(names);
  }

  boolean isCutOff(String name) {
    return island.contains(name);
  }

  private static String way(String from, String to) {
    return from + ">" + to;
  }

  void cut(String from, String to) {
    cut.add(way(from, to));
  }

  void mend(String from, String to) {
    cut.remove(way(from, to));
  }

  boolean open(String from, String to) {
    return from.equals(to)
        || !cut.contains(way(from, to)) && island.contains(from) == island.contains(to);
  }

  boolean both(String one, String other) {
    return open(one, other) && open(other, one);
  }

  void mendAll() {
    cut.clear();
    island.clear();
  }
}
