package io.matriarch.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What goes wrong in one simulation, and when: at some call of a console, or at some time. */
final class Faults {

  /**
   * @param when 0 at a time, 1 at the call with that number, 2 at a call of that name
   * @param where preferred target's number
   */
  record Planned(
      Fault fault, int when, int atCall, String atName, long atTime, long lasts, int where) {

    Planned of(Fault other) {
      return new Planned(other, when, atCall, atName, atTime, lasts, where);
    }

    /** At the first call of that name. */
    Planned at(String name) {
      return new Planned(fault, 2, 1, name, atTime, lasts, where);
    }

    /** Its turn comes at a call; one that is named by what it is waits for its occurrence. */
    boolean isAt(int call, String name, int occurrence) {
      return (when == 1 && atCall == call)
          || (when == 2 && atCall == occurrence && name.equals(atName));
    }
  }

  /** Ends the name of a call when its answer has come. */
  static final String ANSWERED = " (answered)";

  /** What a call does stands at the begin of its name. */
  private static final int NAME = 9;

  private final Schedule schedule;
  private final java.util.Map<String, Integer> occurrences = new java.util.HashMap<>();
  private final List<Planned> planned = new ArrayList<>();
  private final List<Runnable> healing = new ArrayList<>();
  private Theatre theatre =
      new Theatre(
          List.of(),
          List.of(),
          new Network(),
          new SimulatedDns.Zone(),
          new SimulatedHooks.Scripts(),
          () -> {});
  private int calls;
  private int fired;
  private int lost;
  private long duplicatedUntil;
  private boolean over;
  private @Nullable Predicate<String> dieAt;

  /** Who can be hit. */
  record Theatre(
      List<Console> consoles,
      List<Machine> machines,
      Network network,
      SimulatedDns.Zone zone,
      SimulatedHooks.Scripts scripts,
      Runnable cancel) {}

  Faults(Schedule schedule) {
    this.schedule = schedule;
  }

  void begin(Theatre all) {
    theatre = all;
    for (Planned p : planned) {
      if (p.when() == 0) {
        schedule.after(p.atTime(), () -> hit(p));
      }
    }
  }

  void plan(Planned fault) {
    planned.add(fault);
  }

  List<Planned> planned() {
    return planned;
  }

  int calls() {
    return calls;
  }

  boolean allFired() {
    return fired >= planned.size();
  }

  /** A console dies at the first call whose name matches; for scripted histories. */
  void dieAt(Predicate<String> call) {
    dieAt = call;
  }

  /** How calls are told apart: by the begin of their names, and on which side of them we are. */
  static String kind(String what, boolean answered) {
    return what.substring(0, Math.min(what.length(), NAME)) + (answered ? ANSWERED : "");
  }

  /** A console is about to call something, or has just been answered. */
  void point(Console console, String what, @Nullable Machine machine) {
    calls++;
    String kind = kind(what, what.endsWith(ANSWERED));
    int occurrence = occurrences.merge(kind, 1, Integer::sum);
    for (Planned p : planned) {
      if (p.isAt(calls, kind, occurrence)) {
        schedule.after(0, () -> hit(p, console, machine));
      }
    }
    if (dieAt != null && dieAt.test(what)) {
      dieAt = null;
      schedule.after(0, console::crash);
      schedule.after(3 * Schedule.SECOND, console::start);
    }
  }

  boolean losesReply() {
    if (lost > 0) {
      lost--;
      return true;
    }
    return false;
  }

  boolean duplicates() {
    return schedule.now() < duplicatedUntil && schedule.chance(0.4);
  }

  private void hit(Planned p) {
    hit(p, pick(theatre.consoles(), p.where()), null);
  }

  private void hit(Planned p, Console console, @Nullable Machine called) {
    fired++;
    if (over) {
      return;
    }
    Machine machine =
        called != null && p.where() % 3 != 0 ? called : pick(theatre.machines(), p.where());
    schedule.tell(
        () ->
            "FAULT %s (at call %d, of %s or %s, for %.1f s)"
                .formatted(p.fault(), calls, console.name, machine, p.lasts() / 1e6));
    switch (p.fault()) {
      case CONSOLE_CRASH -> {
        console.crash();
        end(p, console::start);
      }
      case CONSOLE_FREEZE -> {
        console.freeze();
        end(p, console::thaw);
      }
      case HOST_CRASH -> {
        machine.crash();
        end(p, machine::start);
      }
      case HOST_FREEZE -> {
        machine.freeze();
        end(p, machine::thaw);
      }
      case SERVER_CRASH -> withInstance(machine, Instance::kill);
      case SERVER_STOP -> withInstance(machine, Faults::stopByColleague);
      case SERVER_START -> lookForStopped(p, console, i -> {});
      case SERVER_RUNS -> lookForStopped(p, console, i -> endSoon(p, i));
      case POOLER_RESTART ->
          theatre.machines().stream()
              .flatMap(m -> m.poolers.stream())
              .forEach(
                  pooler -> {
                    pooler.kill();
                    end(p, pooler::start);
                  });
      case PARTITION -> {
        everybody(machine.name)
            .forEach(
                other -> {
                  theatre.network().cut(machine.name, other);
                  theatre.network().cut(other, machine.name);
                });
        end(
            p,
            () ->
                everybody(machine.name)
                    .forEach(
                        other -> {
                          theatre.network().mend(machine.name, other);
                          theatre.network().mend(other, machine.name);
                        }));
      }
      case CUT -> {
        List<String> others = everybody(machine.name);
        String other = others.get(p.where() % others.size());
        boolean out = p.where() % 2 == 0;
        String from = out ? machine.name : other;
        String to = out ? other : machine.name;
        theatre.network().cut(from, to);
        end(p, () -> theatre.network().mend(from, to));
      }
      case SLOW -> {
        machine.slowness = 30;
        end(p, () -> machine.slowness = 1);
      }
      case LOGIN_HANGS -> machine.hangLogins(p.lasts());
      case LOST_REPLY -> lost++;
      case DUPLICATE -> duplicatedUntil = schedule.now() + p.lasts();
      case CLOCK_JUMP -> {
        long jump = schedule.between(-3600, 3600) * Schedule.SECOND;
        if (p.where() % 2 == 0) {
          console.skew = jump;
        } else {
          machine.skew = jump;
        }
      }
      case DATABASE_AWAY -> {
        theatre.network().cut(console.name, Console.DATABASE);
        if (p.where() % 2 == 0) {
          theatre.network().cut(Console.DATABASE, console.name);
        }
        end(
            p,
            () -> {
              theatre.network().mend(console.name, Console.DATABASE);
              theatre.network().mend(Console.DATABASE, console.name);
            });
      }
      case RECEIVER_HANGS ->
          withInstance(
              machine,
              i -> {
                i.receiverHangs = true;
                end(p, () -> i.receiverHangs = false);
              });
      case RECEIVERS_BREAK ->
          theatre.machines().forEach(m -> withInstance(m, Instance::breakReceiver));
      case REPLAY_STALLS ->
          withInstance(
              machine,
              i -> {
                i.replayStalls = true;
                end(
                    p,
                    () -> {
                      i.replayStalls = false;
                      i.replay();
                    });
              });
      case UPDATES_REFUSED -> {
        theatre.zone().refuses = true;
        end(p, () -> theatre.zone().refuses = false);
      }
      case ZONE_NOT_COPIED -> {
        theatre.zone().stale = true;
        end(
            p,
            () -> {
              theatre.zone().stale = false;
              theatre.zone().copy();
            });
      }
      case SCRIPTS_FAIL -> {
        theatre.scripts().failing = true;
        end(p, () -> theatre.scripts().failing = false);
      }
      case CANCEL -> theatre.cancel().run();
    }
  }

  private static void stopByColleague(Instance instance) {
    if (instance.isRunning()) {
      instance.stopFast();
      instance.downByFault = true;
    }
  }

  /** Whoever finds a stopped server starts it: a colleague, Puppet, a unit. */
  private void lookForStopped(Planned p, Console console, Consumer<Instance> then) {
    lookForStopped(p, schedule.now() + p.lasts(), console, then);
  }

  private void lookForStopped(Planned p, long until, Console console, Consumer<Instance> then) {
    if (over || schedule.now() > until) {
      return;
    }
    for (Machine machine : theatre.machines()) {
      Instance instance = machine.instance;
      if (instance != null && !instance.hasProcess() && machine.isUp() && !machine.isFrozen()) {
        if (p.fault() == Fault.SERVER_RUNS && !console.isFrozen()) {
          // Or there would be no time for it before the next command.
          console.freeze();
          schedule.after(schedule.between(0, 8 * Schedule.SECOND), console::thaw);
        }
        schedule.after(
            schedule.between(0, (p.where() % 4) * 400 * Schedule.MILLI + 1),
            () -> {
              if (!machine.isFrozen()) {
                instance.start("a colleague");
                then.accept(instance);
              }
            });
        return;
      }
    }
    schedule.after(20 * Schedule.MILLI, () -> lookForStopped(p, until, console, then));
  }

  /** As soon as it runs, or a little later, it is stopped again, cleanly or not. */
  private void endSoon(Planned p, Instance instance) {
    if (instance.isRunning()) {
      schedule.after(
          schedule.between(0, 500 * Schedule.MILLI),
          () -> {
            if (p.where() % 3 == 0) {
              instance.kill();
            } else {
              stopByColleague(instance);
            }
          });
    } else if (instance.hasProcess()) {
      schedule.after(Schedule.MILLI, () -> endSoon(p, instance));
    }
  }

  private static void withInstance(Machine machine, Consumer<Instance> what) {
    if (machine.instance != null) {
      what.accept(machine.instance);
    }
  }

  private List<String> everybody(String but) {
    List<String> names = new ArrayList<>();
    theatre.machines().forEach(m -> names.add(m.name));
    theatre.consoles().forEach(c -> names.add(c.name));
    names.addAll(List.of(SimulatedDns.PRIMARY, SimulatedDns.SECONDARY));
    names.remove(but);
    return names;
  }

  private void end(Planned p, Runnable heal) {
    healing.add(heal);
    schedule.after(
        p.lasts(),
        () -> {
          if (!over) {
            heal.run();
          }
        });
  }

  /** Ends every fault, and starts what only a fault stopped. */
  void healAll() {
    over = true;
    schedule.tell(() -> "all faults are healed");
    lost = 0;
    duplicatedUntil = 0;
    theatre.network().mendAll();
    healing.forEach(Runnable::run);
    theatre.machines().forEach(Machine::start);
    theatre.consoles().forEach(Console::start);
    theatre.machines().forEach(m -> m.hangLogins(0));
    startStopped();
  }

  private void startStopped() {
    for (Machine machine : theatre.machines()) {
      Instance instance = machine.instance;
      if (instance != null && !instance.hasProcess() && instance.downByFault) {
        instance.start("a colleague, after the trouble");
      }
    }
  }

  private static <T> T pick(List<T> list, int number) {
    return list.get(Math.floorMod(number / 7, list.size()));
  }
}
