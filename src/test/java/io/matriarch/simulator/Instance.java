package io.matriarch.simulator;

import io.matriarch.simulator.Wal.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server as far as a switch of primaries can see it. */
final class Instance {

  /** What its processes do. */
  enum Process {
    STOPPED,
    STARTING,
    RUNNING,
    STOPPING
  }

  /** Where it connects to as a standby. */
  record Upstream(String host, String slot) {}

  /** A fork: from this LSN on, another timeline. */
  record Fork(int timeline, long lsn) {}

  /** What a slot keeps that was made without reserving WAL, until it is used. */
  static final int UNRESERVED = Integer.MAX_VALUE;

  private static final long SENDER_TIMEOUT = 60 * Schedule.SECOND;

  final long id;
  final Machine machine;
  final Herd herd;
  final Wal wal = new Wal();
  final List<Fork> forks = new ArrayList<>();

  /** By name: of how many of the first records nothing need be kept; {@link #UNRESERVED}. */
  final Map<String, Integer> slots = new TreeMap<>();

  /** By token: what is staged, and what was there before it was applied. */
  final Map<String, Upstream> staged = new TreeMap<>();

  final Map<String, Upstream> kept = new TreeMap<>();

  Process process = Process.STOPPED;
  boolean inRecovery;
  boolean signal;

  /** Whether its pg_hba.conf lets nobody in. */
  boolean refuses;

  Upstream upstream = NONE;
  int timeline = 1;
  int replayed;
  private String synchronousNames = "";
  private long namesSetAt;
  private Synchronous synchronous = Synchronous.of("");
  String control = "in production";
  long checkpoint;

  /** How many records lie before the one at which recovery would begin. */
  int redo;

  int controlTimeline = 1;

  /** Of the WAL receiver and the replay, for as long as a fault lasts. */
  boolean receiverHangs;

  boolean replayStalls;

  /** Who brought it down; the healing of faults starts only what a fault stopped. */
  boolean downByFault;

  @Nullable Instance from;
  private long contactAt;
  private long triedAt = Long.MIN_VALUE / 2;
  private boolean pumping;
  private boolean promoting;
  private int life;

  static final Upstream NONE = new Upstream("", "");

  Instance(long id, Machine machine, Herd herd) {
    this.id = id;
    this.machine = machine;
    this.herd = herd;
    machine.instance = this;
  }

  private Schedule schedule() {
    return machine.schedule;
  }

  private void tell(String text) {
    schedule().tell(() -> machine.name + ": " + text);
  }

  boolean hasProcess() {
    return process != Process.STOPPED;
  }

  boolean isRunning() {
    return process == Process.RUNNING;
  }

  boolean acceptsWrites() {
    return process == Process.RUNNING && !inRecovery && !refuses;
  }

  int life() {
    return life;
  }

  /** Something that this life of the server does later. */
  private void later(long micros, Runnable what) {
    int mine = life;
    machine.after(
        micros,
        () -> {
          if (mine == life) {
            what.run();
          }
        });
  }

  /** False if it runs already. */
  boolean start(String who) {
    if (hasProcess() || !machine.isUp()) {
      return false;
    }
    process = Process.STARTING;
    downByFault = false;
    life++;
    tell("PostgreSQL is started by " + who);
    // The signal file is read a moment after the process is there.
    later(
        schedule().between(10 * Schedule.MILLI, 60 * Schedule.MILLI),
        () -> {
          inRecovery = signal;
          Upstream read = upstream;
          later(schedule().between(50 * Schedule.MILLI, Schedule.SECOND), () -> started(read));
        });
    return true;
  }

  private void started(Upstream read) {
    process = Process.RUNNING;
    from = null;
    triedAt = Long.MIN_VALUE / 2;
    replayed = wal.size();
    later(nextCheckpoint(), this::checkpointInTime);
    if (inRecovery) {
      control = "in archive recovery";
      tell("runs as a standby of " + read.host());
      tick();
    } else {
      boolean recovered = !control.equals("shut down");
      control = "in production";
      if (recovered) {
        checkpoint();
      }
      tell("runs as a primary on timeline " + timeline);
    }
  }

  private long nextCheckpoint() {
    return schedule().between(15 * Schedule.SECOND, 60 * Schedule.SECOND);
  }

  private void checkpointInTime() {
    if (isRunning()) {
      checkpoint();
      later(nextCheckpoint(), this::checkpointInTime);
    }
  }

  private Wal.Record append(Kind kind, long value) {
    Wal.Record added = wal.append(timeline, kind, value);
    herd.instances.stream().filter(s -> s.from == this).forEach(s -> s.pumpSoon());
    return added;
  }

  /** A client's commit; the server must accept writes. */
  void insert(long value) {
    append(Kind.INSERT, value);
    replayed = wal.size();
    herd.written(this, value);
  }

  /** A commit of ours, which waits for nobody. */
  void commit() {
    append(Kind.COMMIT, 0);
    replayed = wal.size();
  }

  /** Whether a commit that ends with so many records may be acknowledged. */
  boolean isSecured(int records) {
    return synchronous.needed() == 0 || synchronous.isMet(this, records);
  }

  String synchronousNames() {
    return synchronousNames;
  }

  long namesSetAt() {
    return namesSetAt;
  }

  void waitFor(String names) {
    if (!names.equals(synchronousNames)) {
      namesSetAt = schedule().now();
    }
    synchronousNames = names;
    synchronous = Synchronous.of(names);
  }

  void checkpoint() {
    if (isRunning() && !inRecovery) {
      append(Kind.CHECKPOINT, 0);
      replayed = wal.size();
      checkpointAt(wal.size() - 1);
    } else if (isRunning()) {
      restartPoint();
    }
  }

  /** A standby can begin only where its primary wrote a checkpoint. */
  private void restartPoint() {
    for (int i = replayed - 1; i >= redo; i--) {
      Kind kind = wal.get(i).kind;
      if (kind == Kind.CHECKPOINT || kind == Kind.SHUTDOWN) {
        checkpointAt(i);
        return;
      }
    }
  }

  private void checkpointAt(int index) {
    checkpoint = wal.get(index).lsn;
    controlTimeline = wal.get(index).timeline;
    redo = index;
    int kept = slots.values().stream().mapToInt(i -> i).reduce(redo, Math::min);
    wal.removed = Math.max(wal.removed, kept);
  }

  /** kill -9 of all its processes, or of its host. */
  void kill() {
    if (hasProcess()) {
      tell("PostgreSQL crashes");
      gone();
      downByFault = true;
    }
  }

  private void gone() {
    process = Process.STOPPED;
    life++;
    promoting = false;
    from = null;
    herd.instances.stream()
        .filter(s -> s.from == this && s.reaches(this))
        .forEach(
            s -> {
              s.from = null;
              // It tries once more at once, in vain, and then waits.
              s.pumpSoon();
            });
  }

  private boolean reaches(Instance other) {
    return herd.network.both(machine.name, other.machine.name) && other.machine.isUp();
  }

  /** Mode fast: what is running ends, WAL senders are waited for. */
  void stopFast() {
    if (process == Process.STARTING) {
      gone();
      return;
    }
    if (process != Process.RUNNING) {
      return;
    }
    process = Process.STOPPING;
    from = null;
    tell("shuts down (fast)");
    later(schedule().between(10 * Schedule.MILLI, 120 * Schedule.MILLI), this::shutDown);
  }

  private void shutDown() {
    if (inRecovery) {
      control = "shut down in recovery";
    } else {
      append(Kind.SHUTDOWN, 0);
      control = "shut down";
      replayed = wal.size();
      checkpointAt(wal.size() - 1);
    }
    awaitSenders();
  }

  private void awaitSenders() {
    boolean held =
        herd.instances.stream()
            .anyMatch(s -> s.from == this && (s.wal.size() < wal.size()) && !s.isSilent());
    if (held) {
      later(10 * Schedule.MILLI, this::awaitSenders);
    } else {
      tell("is down (" + control + ")");
      gone();
    }
  }

  private boolean isSilent() {
    return schedule().now() - contactAt > SENDER_TIMEOUT;
  }

  /** Ends the WAL senders to others than one host. */
  void endSenders(String spared) {
    herd.instances.stream()
        .filter(s -> s.from == this && !s.machine.name.equals(spared))
        .forEach(s -> s.from = null);
  }

  /** Begins a promotion; what has arrived is replayed first. */
  void promote() {
    if (!isRunning() || !inRecovery || promoting) {
      return;
    }
    promoting = true;
    tell("is promoted");
    from = null;
    later(
        schedule().between(10 * Schedule.MILLI, 150 * Schedule.MILLI),
        () -> {
          promoting = false;
          replayed = wal.size();
          timeline = herd.nextTimeline(this);
          forks.add(new Fork(timeline, wal.end(wal.size())));
          inRecovery = false;
          signal = false;
          control = "in production";
          append(Kind.END_OF_RECOVERY, 0);
          replayed = wal.size();
          tell("accepts writes on timeline " + timeline + " from " + Wal.text(wal.end(wal.size())));
          herd.promoted(this);
        });
  }

  void follow(Upstream next) {
    upstream = next;
    if (from != null && !from.machine.name.equals(next.host())) {
      from = null;
    }
    if (isRunning() && inRecovery) {
      triedAt = Long.MIN_VALUE / 2;
      later(schedule().between(1, 50 * Schedule.MILLI), this::pump);
    }
  }

  /** Its WAL receiver ends; the next one tries after wal_retrieve_retry_interval. */
  void breakReceiver() {
    from = null;
    triedAt = schedule().now();
  }

  boolean isStreaming() {
    return isRunning() && inRecovery && from != null;
  }

  /** How long ago its WAL receiver heard from its upstream. */
  Optional<Duration> lastHeard() {
    return isStreaming()
        ? Optional.of(Duration.ofMillis((schedule().now() - contactAt) / 1000))
        : Optional.empty();
  }

  /** Once a second: keepalives, time limits, and another attempt to connect. */
  private void tick() {
    if (isRunning() && inRecovery) {
      pump();
      later(Schedule.SECOND, this::tick);
    }
  }

  private void pumpSoon() {
    if (!pumping) {
      pumping = true;
      machine.after(schedule().between(200, 3 * Schedule.MILLI), this::pumped);
    }
  }

  private void pumped() {
    pumping = false;
    pump();
  }

  /** Connects if it must, takes what has come, replays. */
  private void pump() {
    if (!isRunning() || !inRecovery || promoting || receiverHangs) {
      return;
    }
    Instance sender = from;
    if (sender == null) {
      connect();
    } else if (!sender.machine.isUp() || sender.machine.isFrozen() || !reaches(sender)) {
      if (isSilent()) {
        from = null;
      }
    } else if (!sender.isRunning() && sender.process != Process.STOPPING) {
      from = null;
    } else if (wal.size() < sender.wal.removed) {
      tell("asks " + sender + " for WAL that has been removed");
      from = null;
    } else {
      contactAt = schedule().now();
      if (wal.size() < sender.wal.size()) {
        wal.copyFrom(sender.wal);
        timeline = wal.get(wal.size() - 1).timeline;
        slotOf(sender);
        later(schedule().between(200, 4 * Schedule.MILLI), this::replay);
      }
    }
    if (from != null && replayed < wal.size()) {
      later(schedule().between(200, 4 * Schedule.MILLI), this::replay);
    }
  }

  private void slotOf(Instance sender) {
    sender.slots.computeIfPresent(upstream.slot(), (name, held) -> wal.size());
  }

  void replay() {
    if (!replayStalls) {
      replayed = wal.size();
    }
  }

  private void connect() {
    if (schedule().now() - triedAt < 5 * Schedule.SECOND) {
      return;
    }
    triedAt = schedule().now();
    Instance target = herd.at(upstream.host());
    if (target == null
        || target == this
        || !reaches(target)
        || target.machine.isFrozen()
        || !target.isRunning()
        || !(upstream.slot().isEmpty() || target.slots.containsKey(upstream.slot()))
        || !wal.isPrefixOf(target.wal)) {
      return;
    }
    if (wal.size() < target.wal.removed) {
      tell("asks " + target + " for WAL that has been removed");
      return;
    }
    from = target;
    contactAt = schedule().now();
    slotOf(target);
    tell("streams from " + target.machine.name);
    pumpSoon();
  }

  @Override
  public String toString() {
    return machine.name;
  }
}
