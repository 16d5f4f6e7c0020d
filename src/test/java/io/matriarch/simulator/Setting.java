package io.matriarch.simulator;

import io.matriarch.simulator.Faults.Planned;
import io.matriarch.simulator.Invariants.Name;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a simulation begins with.
 *
 * @param jobs switchovers, one after the other
 * @param direct clients that write without a pooler
 */
record Setting(
    int members,
    int poolers,
    int consoles,
    int jobs,
    int direct,
    Features features,
    List<Planned> faults,
    Set<Plant> plants,
    Set<Name> watched) {

  private static final int CALLS = 170;

  Setting {
    faults = List.copyOf(faults);
    plants = Set.copyOf(plants);
    watched = Set.copyOf(watched);
  }

  static Setting quiet(int members, int poolers) {
    return new Setting(
        members, poolers, 1, 1, 0, Features.NONE, List.of(), Set.of(), EnumSet.allOf(Name.class));
  }

  Setting with(Features other) {
    return new Setting(members, poolers, consoles, jobs, direct, other, faults, plants, watched);
  }

  /** Everything drawn from the seed. */
  static Setting drawn(Schedule schedule) {
    int jobs = schedule.chance(0.4) ? 2 : 1;
    int count = new int[] {0, 1, 1, 2, 2, 3, 4}[(int) schedule.between(0, 7)];
    List<Planned> faults = new java.util.ArrayList<>();
    for (int i = 0; i < count; i++) {
      faults.add(fault(schedule, jobs));
    }
    int members = (int) schedule.between(2, 5);
    return new Setting(
        members,
        (int) schedule.between(0, 4),
        schedule.chance(0.5) ? 2 : 1,
        jobs,
        schedule.chance(0.5) ? 1 : 0,
        Features.drawn(schedule, members),
        faults,
        Set.of(),
        EnumSet.allOf(Name.class));
  }

  /** Begins of the names of calls; a fault at one of them hits more often what matters. */
  private static final List<String> NAMES =
      List.of(
          "pass the point",
          "keep the proof",
          "find the proof",
          "publish",
          "reserve",
          "mark STEP",
          "end as",
          "progress",
          "look",
          "start",
          "stop",
          "apply",
          "withdraw",
          "promote",
          "prove a write",
          "prove the pause",
          "pause",
          "resume",
          "point and resume",
          "stage",
          "create slots",
          "drop slots",
          "checkpoint",
          "follow",
          "wait for replay",
          "settle",
          "update",
          "ask for a record",
          "pre-switchover.d",
          "post-switchover.d",
          "wait for the commits",
          "set synchronous names",
          "raise the fence",
          "fence",
          "await the end",
          "wait for the end of receiving",
          "wait for replay up to",
          "ask for readiness",
          "ask when it last heard",
          "ask what is known");

  private static Planned fault(Schedule schedule, int jobs) {
    Fault[] all = Fault.values();
    Fault fault = all[(int) schedule.between(0, all.length)];
    int when = schedule.chance(0.15) ? 0 : schedule.chance(0.5) ? 1 : 2;
    int call = (int) schedule.between(1, (long) CALLS * jobs);
    int occurrence = (int) schedule.between(1, 2L * jobs + 1);
    String name = NAMES.get((int) schedule.between(0, NAMES.size()));
    String kind = Faults.kind(name, schedule.chance(0.5));
    long lasts =
        schedule.chance(0.5)
            ? schedule.between(Schedule.SECOND / 2, 10 * Schedule.SECOND)
            : schedule.between(10 * Schedule.SECOND, 120 * Schedule.SECOND);
    return new Planned(
        fault,
        when,
        when == 1 ? call : occurrence,
        kind,
        schedule.between(Schedule.SECOND, 60 * Schedule.SECOND),
        lasts,
        (int) schedule.between(0, 10_000));
  }

  Setting with(Set<Plant> planted, Set<Name> only) {
    return new Setting(members, poolers, consoles, jobs, direct, features, faults, planted, only);
  }

  /** Two consoles, two switchovers, at least a pooler, and nothing but faults of these kinds. */
  Setting aimed(List<Fault> kinds) {
    List<Planned> aimed = new java.util.ArrayList<>();
    for (Planned p : faults) {
      Planned next = p.of(kinds.get(aimed.size() % kinds.size()));
      // Elsewhere it finds nothing that is stopped.
      aimed.add(next.fault() == Fault.SERVER_RUNS ? next.at("stop") : next);
    }
    return new Setting(
        members,
        Math.max(1, poolers),
        2,
        2,
        Math.max(1, direct),
        plants.contains(Plant.NAME_FORGOTTEN)
            ? features.cutOff()
            : features.with(plants.stream().anyMatch(Plant::isOfFailovers)),
        aimed,
        plants,
        watched);
  }
}
