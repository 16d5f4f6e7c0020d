package io.matriarch.simulator;

import java.util.HashSet;
import java.util.Set;

/** Who reaches whom; each direction by itself. */
final class Network {

  private final Set<String> cut = new HashSet<>();

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
    return from.equals(to) || !cut.contains(way(from, to));
  }

  boolean both(String one, String other) {
    return open(one, other) && open(other, one);
  }

  void mendAll() {
    cut.clear();
  }
}
