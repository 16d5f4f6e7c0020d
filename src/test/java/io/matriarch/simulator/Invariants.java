package io.matriarch.simulator;

import io.matriarch.hook.HookPhase;
import io.matriarch.job.MemoryRuns;
import io.matriarch.job.RunState;
import io.matriarch.job.SimulatedEngine.Caller;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** I1 to I6 of design.md, looked at after every event. */
final class Invariants implements Herd.Watcher {

  /** Their names. */
  enum Name {
    I1,
    I2,
    I3,
    I4,
    I5,
    I6,
    LIVENESS
  }

  /** One of them does not hold. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;
    final Name name;

    Broken(Name name, String message) {
      super(name + ": " + message);
      this.name = name;
    }
  }

  private static final long GRACE = 20 * Schedule.SECOND;

  private final Schedule schedule;
  private final Herd herd;
  private final List<Pooler> poolers;
  private final MemoryRuns runs;
  private final Set<Name> watched;
  private final Set<String> again = new TreeSet<>();
  private final Set<Long> changed = new HashSet<>();
  private final Set<Long> refusedByScript = new HashSet<>();
  private final Set<Long> ended = new HashSet<>();
  private @Nullable Instance reigning;
  private @Nullable Instance lost;
  private @Nullable Instance mute;
  private boolean mayMiss;
  private long published;
  private int refusals;

  Invariants(
      Schedule schedule, Herd herd, List<Pooler> poolers, MemoryRuns runs, Set<Name> watched) {
    this.schedule = schedule;
    this.herd = herd;
    this.poolers = poolers;
    this.runs = runs;
    this.watched = EnumSet.copyOf(watched);
    herd.watcher = this;
  }

  void broken(Name name, String message) {
    if (watched.contains(name)) {
      schedule.tell(() -> "BROKEN " + name + ": " + message);
      schedule.fail(new Broken(name, message));
    }
  }

  /** One that is cut off runs on; it must not acknowledge anything once another one leads. */
  void mute(Instance cutOff) {
    mute = cutOff;
  }

  boolean isMute(Instance who) {
    return who == mute && who != reigning;
  }

  void afterEvent() {
    List<Instance> writers = herd.writers().stream().filter(w -> !isMute(w)).toList();
    if (writers.size() > 1) {
      broken(Name.I1, "client writes are accepted by " + writers);
    }
    for (Pooler pooler : poolers) {
      Pooler.Token token = pooler.token;
      long until = token == null ? pooler.tokenAt : token.until();
      if (pooler.paused
          && schedule.now() > until + GRACE
          && pooler.machine.slowness == 1
          && pooler.machine.isSteady(GRACE)) {
        broken(
            Name.I5,
            "%s is paused %d s past its deadline"
                .formatted(pooler, (schedule.now() - until) / Schedule.SECOND));
      }
    }
  }

  @Override
  public void written(Instance where, long value) {
    if (reigning != null && reigning != where && where != mute) {
      broken(
          Name.I3,
          "%s took the write %d after %s had been promoted".formatted(where, value, reigning));
    }
  }

  /** A primary is lost, with whatever it alone has. */
  void lost(Instance primary) {
    lost = primary;
  }

  /** Whoever is lost and has no successor yet. */
  @Nullable Instance lost() {
    return lost;
  }

  /** Whether the person who confirms does without members that do not answer. */
  void mayMiss(boolean members) {
    mayMiss = members;
  }

  /** What nobody else has is lost, as was accepted; what another member has must not be. */
  private void writeOff(Instance who) {
    for (long value : missing(who)) {
      boolean elsewhere =
          herd.instances.stream().anyMatch(i -> i != lost && i != who && i.wal.hasInsert(value));
      if (elsewhere && !mayMiss) {
        broken(
            Name.I2,
            "%s took over without the row %d, which another survivor has".formatted(who, value));
      }
      if (lost != mute) {
        herd.acknowledged.remove(value);
      }
    }
    lost = null;
  }

  @Override
  public void promoted(Instance who) {
    reigning = who;
    if (lost != null) {
      writeOff(who);
    }
    List<Long> missing = missing(who);
    if (!missing.isEmpty()) {
      broken(
          Name.I2,
          "%s was promoted without %d acknowledged rows: %s"
              .formatted(who, missing.size(), missing.subList(0, Math.min(5, missing.size()))));
    }
  }

  /** Where commits wait for standbys, the row survives the loss of the primary. */
  @Override
  public void acknowledged(Instance where, int records) {
    if (where == mute && reigning != null && reigning != where) {
      broken(
          Name.I3,
          "%s, which is cut off, acknowledged a row after %s had been promoted"
              .formatted(where, reigning));
    }
    if (herd.synchronous.isEmpty() || isPutAside()) {
      return;
    }
    Wal.Record row = where.wal.get(records - 1);
    boolean elsewhere =
        herd.instances.stream()
            .anyMatch(i -> i != where && i.wal.size() >= records && i.wal.get(records - 1) == row);
    if (!elsewhere) {
      broken(
          Name.I2,
          "the row %d was acknowledged and is on %s alone, although commits wait for standbys"
              .formatted(row.value, where));
    }
  }

  /**
   * By the policy that was confirmed, for as long as a run says that something is left to do; or by
   * what put it aside once more, later, which no connection of SSH does.
   */
  private boolean isPutAside() {
    return herd.asynchronous && (again.contains("set synchronous names (again)") || isLeftToDo());
  }

  private boolean isLeftToDo() {
    return changed.stream().anyMatch(r -> runs.pastPoint(r) && runs.state(r) != RunState.SUCCEEDED);
  }

  /** Acknowledged rows that an instance does not have. */
  List<Long> missing(Instance instance) {
    Set<Long> there = new HashSet<>(instance.wal.inserts());
    List<Long> missing = new ArrayList<>();
    herd.acknowledged.stream().filter(v -> !there.contains(v)).forEach(missing::add);
    return missing;
  }

  @Nullable Instance reigning() {
    return reigning;
  }

  /** A command that changes something leaves its console. */
  void mutation(Caller caller, String what, Object machine) {
    boolean fence = what.equals(SimulatedWorlds.FENCE);
    if (!fence) {
      changed.add(caller.run());
    }
    if (!fence && refusedByScript.contains(caller.run())) {
      broken(
          Name.LIVENESS,
          "%s on %s although a script before the switch had failed".formatted(what, machine));
    }
    audited(caller, what, machine);
  }

  private void audited(Caller caller, String what, Object machine) {
    if (!runs.isAudited(caller.run())) {
      broken(Name.I4, "%s on %s without an intent in the audit trail".formatted(what, machine));
    }
    boolean current = runs.attempt(caller.run()) == caller.attempt();
    if (current
        && !what.equals(SimulatedWorlds.FENCE)
        && !runs.isAnnounced(caller.run(), caller.stepKind(), caller.stepOrdinal())) {
      broken(
          Name.I4,
          "%s on %s while no step of run %d is stored as running"
              .formatted(what, machine, caller.run()));
    }
  }

  /** A script begins. */
  void script(Caller caller, HookPhase phase, String primary, boolean fails) {
    audited(caller, phase.event(), "console");
    if (phase == HookPhase.PRE_SWITCHOVER && changed.contains(caller.run())) {
      broken(Name.LIVENESS, "run %d asked a script after it had begun".formatted(caller.run()));
    }
    if (phase == HookPhase.PRE_SWITCHOVER && fails) {
      refusedByScript.add(caller.run());
    }
    if (phase == HookPhase.POST_SWITCHOVER && !isReigning(primary)) {
      broken(Name.I6, "scripts are told of %s, and %s is primary".formatted(primary, reigning));
    }
  }

  /** A record of DNS leads to a server now. */
  void named(String record, String primary) {
    if (!isReigning(primary)) {
      broken(Name.I6, "%s leads to %s, and %s is primary".formatted(record, primary, reigning));
    }
  }

  private boolean isReigning(String name) {
    Instance now = reigning;
    return now != null && now.machine.name.equals(name);
  }

  /** Whether this is the first time that a run is seen to have ended. */
  boolean hasJustEnded(long run) {
    return runs.state(run).isEnded() && ended.add(run);
  }

  void published(long term, String who) {
    if (term < published) {
      broken(Name.I6, "term %d (%s) was published after term %d".formatted(term, who, published));
    }
    published = term;
  }

  long published() {
    return published;
  }

  void duplicated(String what) {
    again.add(what);
  }

  /** A command ran; one that came a second time explains what nobody asked for. */
  void ran(String what) {
    if (what.endsWith(" (again)")) {
      again.add(what);
    }
  }

  boolean ranAgain() {
    return again.stream().anyMatch(w -> w.endsWith(" (again)"));
  }

  void refusedByGuard() {
    refusals++;
  }

  int refusals() {
    return refusals;
  }
}
