package io.matriarch.simulator;

import io.matriarch.job.MemoryRuns;
import io.matriarch.job.RunState;
import io.matriarch.job.SimulatedEngine;
import io.matriarch.job.SimulatedEngine.Submitted;
import io.matriarch.job.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One herd with its poolers, clients and consoles, from its begin until all is quiet again. */
final class Simulation implements AutoCloseable {

  /** How it ended. */
  record Outcome(
      long seed,
      Invariants.@Nullable Broken broken,
      List<RunState> runs,
      List<Fault> faults,
      int acknowledged,
      int calls,
      int refusals,
      String history) {}

  private static final long CHAOS = 300 * Schedule.SECOND;
  private static final long QUIET = 240 * Schedule.SECOND;

  /** Where clients without a pooler are. */
  private static final String OUTSIDE = "app9";

  final long seed;
  final Schedule schedule;
  final Setting setting;
  final Network network = new Network();
  final Herd herd = new Herd(network);
  final List<Machine> machines = new ArrayList<>();
  final List<Pooler> poolers = new ArrayList<>();
  final List<Client> clients = new ArrayList<>();
  final List<Console> consoles = new ArrayList<>();
  final List<Long> runs = new ArrayList<>();
  final SimulatedDns.Zone zone = new SimulatedDns.Zone();
  final SimulatedHooks.Scripts scripts = new SimulatedHooks.Scripts();
  final SimulatedTerms.Table terms = new SimulatedTerms.Table();
  final Faults faults;
  final Set<Plant> plants;
  final MemoryRuns store;
  final SimulatedEngine engine;
  final Invariants invariants;
  final Inventory inventory;
  private int submitted;
  private long idleSince = -1;

  Simulation(long seed, @Nullable Setting given, boolean told) {
    this.seed = seed;
    schedule = new Schedule(seed, told);
    Setting drawn = Setting.drawn(schedule);
    setting = given == null ? drawn : given;
    plants = setting.plants();
    faults = new Faults(schedule);
    setting.faults().forEach(faults::plan);
    store = new MemoryRuns(() -> schedule.now() / 1000);
    if (plants.contains(Plant.POINT_NOT_STORED)) {
      store.plant(MemoryRuns.Flaw.POINT_NOT_STORED);
    }
    if (plants.contains(Plant.AUDIT_SKIPPED)) {
      store.plant(MemoryRuns.Flaw.AUDIT_SKIPPED);
    }
    engine = new SimulatedEngine(Production.actions(), Production.steps(), store);
    build();
    invariants = new Invariants(schedule, herd, poolers, store, setting.watched());
    inventory = new Inventory(herd, machines, poolers, schedule, zone, setting.features());
    inventory.forgetful = plants.contains(Plant.NAME_FORGOTTEN);
    inventory.records().forEach(r -> zone.primary.put(r.name().name(), SimulatedDns.value("db1")));
    zone.copy();
    Ending ending = new Ending(this);
    schedule.afterEach =
        () -> {
          invariants.afterEvent();
          for (long run : runs) {
            if (invariants.hasJustEnded(run)) {
              ending.ended(run);
            }
          }
        };
  }

  private void build() {
    herd.asynchronous = setting.features().asynchronous();
    for (int i = 1; i <= setting.members(); i++) {
      Machine machine = new Machine(i, "db" + i, schedule);
      machines.add(machine);
      Instance instance = new Instance(i, machine, herd);
      herd.instances.add(instance);
      if (i > 1) {
        instance.signal = true;
        instance.upstream = new Instance.Upstream("db1", "matriarch_" + i);
        herd.instances.getFirst().slots.put("matriarch_" + i, 0);
      }
    }
    makeSynchronous(setting.features().synchronous());
    long[] next = {1};
    for (int i = 1; i <= setting.poolers(); i++) {
      Machine machine = new Machine(100 + i, "app" + i, schedule);
      machines.add(machine);
      Pooler pooler = new Pooler(i, machine, herd, "db1");
      poolers.add(pooler);
      for (int c = 0; c < 2; c++) {
        clients.add(
            new Client(herd, machine, pooler, schedule.between(100, 500) * Schedule.MILLI, next));
      }
    }
    Machine outside = new Machine(200, OUTSIDE, schedule);
    for (int i = 0; i < setting.direct(); i++) {
      clients.add(
          new Client(herd, outside, null, schedule.between(100, 500) * Schedule.MILLI, next));
    }
    for (int i = 0; i < setting.consoles(); i++) {
      String name = "console-" + (char) ('a' + i);
      consoles.add(new Console(name, schedule, network, faults, this::birth));
    }
  }

  void makeSynchronous(String names) {
    herd.synchronous = names;
    herd.instances.forEach(i -> i.waitFor(names));
  }

  private SimulatedEngine.Life birth(Console console) {
    SimulatedWorlds worlds = new SimulatedWorlds(console, this);
    return engine.life(
        console.name,
        console,
        worlds,
        inventory::fleet,
        () -> schedule.now() * 1000,
        worlds.clock());
  }

  /** The herd runs, the consoles are up, and what there is has been seen. */
  void begin() {
    herd.instances.forEach(i -> i.start("the test"));
    schedule.runUntil(
        10 * Schedule.SECOND, () -> herd.instances.stream().allMatch(this::isSettled));
    report();
    clients.forEach(Client::start);
    consoles.forEach(Console::start);
    faults.begin(new Faults.Theatre(consoles, machines, network, zone, scripts, this::cancel));
  }

  private boolean isSettled(Instance instance) {
    return instance.acceptsWrites() || instance.isStreaming();
  }

  private void cancel() {
    if (!runs.isEmpty()) {
      store.cancel(runs.getLast());
    }
  }

  private boolean answers(Instance instance) {
    Machine host = instance.machine;
    return host.isUp() && !host.isFrozen() && !network.isCutOff(host.name);
  }

  /** The agents report, each as far as its host is up; again and again. */
  private void report() {
    for (Instance instance : herd.instances) {
      if (answers(instance)) {
        inventory.see(instance);
      }
    }
    schedule.after(30 * Schedule.SECOND, this::report);
  }

  /** Confirms a switchover; what is refused is tried again later, for a while. */
  void submit(Map<String, String> options) {
    submit("herd.switchover", options);
  }

  private void submit(String action, Map<String, String> options) {
    long run = submit(action, Target.herd(Herd.ID), options);
    if (run > 0) {
      submitted++;
      runs.add(run);
    }
  }

  private long submit(String action, Target target, Map<String, String> options) {
    Submitted done = engine.submit(action, target, options, inventory.fleet());
    if (done.run() > 0) {
      schedule.tell(() -> "a person confirms run " + done.run());
    } else {
      schedule.tell(() -> "a person is refused: " + done.refusals());
    }
    return done.run();
  }

  /** The primary is lost; a person sees it after a while. */
  private void strike() {
    if (herd.writers().isEmpty()) {
      submitAll();
      return;
    }
    Instance primary = herd.writers().getFirst();
    schedule.tell(() -> "DISASTER %s on %s".formatted(setting.features().disaster(), primary));
    switch (setting.features().disaster()) {
      case OFF -> primary.machine.lose();
      case CRASH -> primary.kill();
      case GIVEN_UP -> {}
      case CUT_OFF -> cutOff(primary);
      case NONE -> throw new IllegalStateException("no disaster was drawn");
    }
    invariants.lost(primary);
    schedule.after(schedule.between(Schedule.SECOND, 5 * Schedule.SECOND), this::submitAll);
  }

  private void cutOff(Instance primary) {
    Set<String> island = new TreeSet<>(Set.of(primary.machine.name, OUTSIDE));
    if (schedule.chance(0.3)) {
      island.add(herd.instances.getLast().machine.name);
    }
    network.cutOff(island);
    invariants.mute(primary);
    awaitReturn(primary);
  }

  /** As the console watches for former primaries: whoever comes back is fenced by a job. */
  private void awaitReturn(Instance former) {
    Instance reigning = invariants.reigning();
    boolean back = network.both(former.machine.name, consoles.getFirst().name);
    if (back
        && reigning != null
        && reigning != former
        && former.acceptsWrites()
        && store.allEnded()) {
      inventory.see(former);
      submit("instance.fence", Target.instance(former.id), Map.of());
    }
    schedule.after(5 * Schedule.SECOND, () -> awaitReturn(former));
  }

  /** Everybody is looked at, as far as that can be. */
  private void lookAtAll() {
    for (Instance instance : herd.instances) {
      if (answers(instance)) {
        inventory.see(instance);
      } else {
        inventory.missed(instance);
      }
    }
  }

  private void submitAll() {
    if (invariants.lost() == null) {
      submit(setting.features().options());
    } else {
      lookAtAll();
      boolean partial = schedule.chance(0.5);
      invariants.mayMiss(partial);
      Map<String, String> options = new TreeMap<>(setting.features().failoverOptions(partial));
      if (schedule.chance(0.5)) {
        options.put("candidate", String.valueOf(schedule.between(1, setting.members() + 1L)));
      }
      submit("herd.failover", options);
    }
    if (submitted < setting.jobs() && schedule.now() < CHAOS) {
      awaitIdle();
    }
  }

  private void awaitIdle() {
    if (store.allEnded()) {
      schedule.after(
          schedule.between(Schedule.SECOND, 8 * Schedule.SECOND),
          () -> {
            herd.instances.stream()
                .filter(i -> !network.isCutOff(i.machine.name))
                .forEach(inventory::see);
            submitAll();
          });
    } else {
      schedule.after(Schedule.SECOND, this::awaitIdle);
    }
  }

  Outcome run() {
    Invariants.Broken broken = null;
    try {
      begin();
      boolean disaster = setting.features().disaster() != Features.Disaster.NONE;
      schedule.after(
          schedule.between(0, 3 * Schedule.SECOND), disaster ? this::strike : this::submitAll);
      long chaos = schedule.now() + CHAOS;
      schedule.runUntil(
          chaos,
          () -> submitted >= setting.jobs() && store.allEnded() && (faults.allFired() || isIdle()));
      settle();
    } catch (Invariants.Broken e) {
      broken = e;
    }
    return outcome(broken);
  }

  /** Faults at calls that are not made any more need no waiting. */
  private boolean isIdle() {
    if (idleSince < 0) {
      idleSince = schedule.now();
    }
    return schedule.now() - idleSince > 30 * Schedule.SECOND;
  }

  /** Ends all faults, lets everything come to rest, and looks at what is left. */
  void settle() {
    schedule.runUntil(schedule.now() + 2 * Schedule.SECOND, () -> false);
    faults.healAll();
    long quiet = schedule.now() + QUIET;
    schedule.runUntil(quiet, store::allEnded);
    schedule.runUntil(schedule.now() + 100 * Schedule.SECOND, () -> false);
    clients.forEach(Client::stop);
    schedule.runUntil(schedule.now() + 10 * Schedule.SECOND, () -> false);
    new Ending(this).look();
    schedule.after(0, () -> {});
    schedule.runUntil(schedule.now() + 1, () -> false);
  }

  private Outcome outcome(Invariants.@Nullable Broken broken) {
    return new Outcome(
        seed,
        broken,
        runs.stream().map(store::state).toList(),
        setting.faults().stream().map(Faults.Planned::fault).toList(),
        herd.acknowledged.size(),
        faults.calls(),
        invariants.refusals(),
        schedule.history());
  }

  /** Ends the threads of what still waits. */
  @Override
  public void close() {
    consoles.forEach(Console::crash);
  }
}
