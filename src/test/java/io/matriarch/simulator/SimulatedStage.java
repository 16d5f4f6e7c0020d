package io.matriarch.simulator;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Plays a scripted history on the model. */
final class SimulatedStage implements Stage, AutoCloseable {

  private static final long LIMIT = 300 * Schedule.SECOND;

  private final Simulation model = new Simulation(1, Setting.quiet(3, 1), true);

  SimulatedStage() {
    model.begin();
    run(5 * Schedule.SECOND);
  }

  private void run(long micros) {
    model.schedule.runUntil(model.schedule.now() + micros, () -> false);
  }

  private void await(String what, BooleanSupplier condition) {
    model.schedule.runUntil(model.schedule.now() + LIMIT, condition);
    if (!condition.getAsBoolean()) {
      throw new AssertionError("not within the limit: " + what + "\n" + model.schedule.history());
    }
  }

  private Instance of(Member member) {
    return model.herd.instances.get(member.ordinal());
  }

  private Console console() {
    return model.consoles.getFirst();
  }

  @Override
  public void confirm(Map<String, String> options) {
    model.herd.asynchronous = options.containsValue("asynchronous");
    model.submit(options);
  }

  @Override
  public void awaitEnd() {
    await("the end of the run", model.store::allEnded);
    run(5 * Schedule.SECOND);
  }

  @Override
  public void killConsoleAt(Moment moment) {
    Instance former = of(Member.FORMER);
    Instance candidate = of(Member.CANDIDATE);
    String next = candidate.machine.name;
    await(
        moment.toString(),
        switch (moment) {
          case SEALING -> () -> former.signal && !former.hasProcess();
          case FOLLOWING -> () -> next.equals(of(Member.OTHER).upstream.host());
        });
    run(Schedule.SECOND);
    console().crash();
  }

  @Override
  public void restartConsole() {
    console().start();
  }

  @Override
  public void hold(Member member, Part part) {
    set(member, part, true);
  }

  @Override
  public void release(Member member, Part part) {
    set(member, part, false);
    of(member).replay();
  }

  private void set(Member member, Part part, boolean held) {
    switch (part) {
      case RECEIVER -> of(member).receiverHangs = held;
      case REPLAY -> of(member).replayStalls = held;
    }
  }

  @Override
  public void start(Member member) {
    of(member).start("a colleague");
    await("the start of " + of(member), of(member)::isRunning);
  }

  @Override
  public void stop(Member member) {
    of(member).stopFast();
    awaitDown(member);
  }

  @Override
  public void holdGuardOnceStopping(Member member) {
    Instance instance = of(member);
    if (instance.isRunning()) {
      model.schedule.after(Schedule.MILLI, () -> holdGuardOnceStopping(member));
    } else {
      instance.machine.guardHeld = true;
    }
  }

  @Override
  public void releaseGuard(Member member) {
    of(member).machine.guardHeld = false;
  }

  @Override
  public void awaitDown(Member member) {
    await("the end of " + of(member), () -> !of(member).hasProcess());
  }

  @Override
  public void makeSynchronous() {
    model.makeSynchronous("ANY 1 (db1, db2, db3)");
  }

  @Override
  public boolean isSynchronous(Member member) {
    return !of(member).synchronousNames().isEmpty();
  }

  @Override
  public void promote(Member member) {
    of(member).promote();
    run(2 * Schedule.SECOND);
  }

  @Override
  public void awaitResumed() {
    await("the end of the pause", () -> !isPaused());
  }

  @Override
  public void awaitPrimary(Member member) {
    await(member + " as primary", of(member)::acceptsWrites);
  }

  @Override
  public void awaitStreaming(Member member) {
    await(member + " streaming", of(member)::isStreaming);
  }

  @Override
  public String writers() {
    return java.util.Arrays.stream(Member.values())
        .filter(m -> of(m).acceptsWrites())
        .map(Member::name)
        .collect(Collectors.joining(" "));
  }

  @Override
  public boolean isPaused() {
    return model.poolers.getFirst().paused;
  }

  @Override
  public boolean isStandby(Member member) {
    return of(member).isRunning() && of(member).inRecovery;
  }

  @Override
  public int timeline(Member member) {
    return of(member).timeline;
  }

  @Override
  public boolean refusesOlderFence(Member member) {
    return of(member).machine.fences.getOrDefault(Herd.ID, 0L) > 0;
  }

  @Override
  public String run() {
    long run = model.runs.getLast();
    return "run %s, past the point: %s, published: %s"
        .formatted(
            model.store.state(run), model.store.pastPoint(run), !model.terms.published.isEmpty());
  }

  @Override
  public int lost() {
    run(5 * Schedule.SECOND);
    model.clients.forEach(Client::stop);
    run(20 * Schedule.SECOND);
    return model.invariants.missing(model.herd.writers().getFirst()).size();
  }

  @Override
  public void close() {
    model.close();
  }
}
