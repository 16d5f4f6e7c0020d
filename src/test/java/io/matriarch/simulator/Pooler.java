package io.matriarch.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A PgBouncer with one database, and our files on its host. */
final class Pooler {

  /** Who may resume, and until when nobody need to; by the uptime of the host. */
  record Token(String run, long attempt, long until, int boot) {}

  final long id;
  final Machine machine;
  final Herd herd;
  final Map<String, String> staged = new TreeMap<>();
  final List<Runnable> queue = new ArrayList<>();
  String file;
  String target;
  boolean up = true;
  boolean paused;
  boolean locked;
  int busy;
  long startedAt;
  long tokenAt;
  @Nullable Token token;

  Pooler(long id, Machine machine, Herd herd, String target) {
    this.id = id;
    this.machine = machine;
    this.herd = herd;
    this.file = target;
    this.target = target;
    machine.poolers.add(this);
  }

  void kill() {
    up = false;
    paused = false;
    locked = false;
    busy = 0;
    queue.clear();
  }

  void start() {
    if (!up && machine.isUp()) {
      up = true;
      target = file;
      startedAt = machine.schedule.now();
    }
  }

  boolean isLive() {
    Token held = token;
    return held != null && held.boot() == machine.boot() && held.until() > machine.schedule.now();
  }

  boolean isOurs(String run, long attempt) {
    Token held = token;
    return held != null && held.run().equals(run) && held.attempt() <= attempt;
  }

  void write(Token next) {
    token = next;
    tokenAt = machine.schedule.now();
  }

  /** A process of its own on the host, started before the pause. */
  void arm(Token mine) {
    machine.after(
        Math.max(0, mine.until() - machine.schedule.now()) / machine.slowness, () -> expire(mine));
  }

  private void expire(Token mine) {
    if (!mine.equals(token)) {
      return;
    }
    if (up && !locked) {
      machine.schedule.tell(() -> this + ": the pause of " + mine.run() + " expires");
      resume();
      token = null;
    } else {
      machine.after(Schedule.SECOND, () -> expire(mine));
    }
  }

  void resume() {
    paused = false;
    List<Runnable> waiting = List.copyOf(queue);
    queue.clear();
    waiting.forEach(w -> machine.after(machine.schedule.between(50, 2000), w));
  }

  @Override
  public String toString() {
    return "pooler " + id + " on " + machine.name;
  }
}
