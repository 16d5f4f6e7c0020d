package io.matriarch.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The members of one herd, and what all clients together know of their writes. */
final class Herd {

  static final long ID = 1;
  static final String IDENTIFIER = "7300000000000000001";

  final Network network;
  final List<Instance> instances = new ArrayList<>();
  final TreeSet<Long> acknowledged = new TreeSet<>();
  final TreeSet<Long> indeterminate = new TreeSet<>();
  long failed;

  /** For whom commits are to wait on every primary, and whether a run may put that aside. */
  String synchronous = "";

  boolean asynchronous;

  /** Hears of commits and promotions at the moment they happen. */
  interface Watcher {
    void written(Instance where, long value);

    void promoted(Instance who);

    void acknowledged(Instance where, int records);
  }

  Watcher watcher =
      new Watcher() {
        @Override
        public void written(Instance where, long value) {}

        @Override
        public void promoted(Instance who) {}

        @Override
        public void acknowledged(Instance where, int records) {}
      };

  Herd(Network network) {
    this.network = network;
  }

  @Nullable Instance at(String host) {
    return instances.stream().filter(i -> i.machine.name.equals(host)).findFirst().orElse(null);
  }

  Instance member(long id) {
    return instances.stream().filter(i -> i.id == id).findFirst().orElseThrow();
  }

  /** PostgreSQL takes the highest history file that it finds, and adds one. */
  int nextTimeline(Instance promoted) {
    return promoted.timeline + 1;
  }

  void written(Instance where, long value) {
    watcher.written(where, value);
  }

  void promoted(Instance who) {
    watcher.promoted(who);
  }

  /** A client knows that its row is kept: the last of so many records of a server. */
  void acknowledged(long value, Instance where, int records) {
    acknowledged.add(value);
    watcher.acknowledged(where, records);
  }

  List<Instance> writers() {
    return instances.stream().filter(Instance::acceptsWrites).toList();
  }
}
