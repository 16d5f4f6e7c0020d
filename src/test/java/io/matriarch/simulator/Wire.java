package io.matriarch.simulator;

import io.matriarch.job.SimulatedEngine.Caller;
import io.matriarch.job.StepFailed;
import io.matriarch.remote.ShellUnavailable;
import io.matriarch.remote.ShellUnavailable.Reason;
import io.matriarch.simulator.Console.Answer;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a console's commands get to a host and their results back, past the host guard. */
final class Wire {

  private static final long KEEPALIVE = 15 * Schedule.SECOND;
  private static final long LOOK = 10 * Schedule.MILLI;

  /** How a command ended on its host. */
  record Reply<T>(@Nullable T value, @Nullable String failure) {
    static <T> Reply<T> of(T value) {
      return new Reply<>(value, null);
    }

    static <T> Reply<T> failed(String why) {
      return new Reply<>(null, why);
    }

    T require() {
      return java.util.Objects.requireNonNull(value, "a command that did not fail has a result");
    }
  }

  /** A command at work on a host; asked again and again until it has ended. */
  interface Remote<T> {
    @Nullable Reply<T> poll();
  }

  private final Console console;
  private final Caller caller;
  private final Network network;
  private final Faults faults;
  private final Invariants invariants;
  private final Set<Plant> plants;

  Wire(
      Console console,
      Caller caller,
      Network network,
      Faults faults,
      Invariants invariants,
      Set<Plant> plants) {
    this.console = console;
    this.caller = caller;
    this.network = network;
    this.faults = faults;
    this.invariants = invariants;
    this.plants = plants;
  }

  Console console() {
    return console;
  }

  Caller caller() {
    return caller;
  }

  boolean has(Plant plant) {
    return plants.contains(plant);
  }

  private Schedule schedule() {
    return console.schedule;
  }

  <T> T read(Machine machine, String what, Duration limit, Supplier<Remote<T>> remote)
      throws StepFailed {
    return call(machine, false, what, limit, remote);
  }

  <T> T change(Machine machine, String what, Duration limit, Supplier<Remote<T>> remote)
      throws StepFailed {
    caller.changing();
    return call(machine, true, what, limit, remote);
  }

  private <T> T call(
      Machine machine, boolean changes, String what, Duration limit, Supplier<Remote<T>> remote)
      throws StepFailed {
    faults.point(console, what, machine);
    caller.requireLease();
    console.sleep(schedule().between(50, 1000));
    if (changes) {
      invariants.mutation(caller, what, machine);
    }
    Answer<Reply<T>> answer = new Answer<>(console);
    boolean through = network.open(console.name, machine.name) && machine.isUp();
    // A connection that is open already carries a command although nothing comes back.
    boolean connected = network.open(machine.name, console.name) || schedule().chance(0.5);
    if (!through || !connected) {
      schedule().tell(() -> "%s -> %s: %s: no connection".formatted(console.name, machine, what));
      console.sleep(schedule().between(Schedule.SECOND, 10 * Schedule.SECOND));
      throw unavailable(
          machine, what, Reason.CONNECT_FAILED, "cannot be reached; nothing was sent");
    }
    boolean losing = changes && faults.losesReply();
    transmit(machine, changes, what, limit, remote, answer, losing);
    if (changes && faults.duplicates()) {
      long late = schedule().between(10 * Schedule.MILLI, 200 * Schedule.SECOND);
      invariants.duplicated(what);
      schedule()
          .after(
              late, () -> transmit(machine, true, what + " (again)", limit, remote, null, false));
    }
    watch(machine, what, limit, answer);
    Reply<T> reply = answer.await();
    faults.point(console, what + Faults.ANSWERED, machine);
    console.sleep(schedule().between(10, 300));
    if (reply.failure() != null) {
      throw new StepFailed(reply.failure());
    }
    return reply.require();
  }

  private void watch(Machine machine, String what, Duration limit, Answer<?> answer) {
    schedule()
        .after(
            limit.toMillis() * 1000,
            () ->
                answer.refuse(
                    unavailable(machine, what, Reason.TIMEOUT, "has not ended; it may go on")));
    keepAlive(machine, what, answer, schedule().now());
  }

  private void keepAlive(Machine machine, String what, Answer<?> answer, long heard) {
    if (answer.isGiven()) {
      return;
    }
    boolean silent = !network.both(console.name, machine.name) || !machine.isUp();
    if (silent && schedule().now() - heard > KEEPALIVE) {
      answer.refuse(
          unavailable(
              machine, what, Reason.OUTCOME_UNKNOWN, "lost its connection; it may have run"));
    } else {
      long next = silent ? heard : schedule().now();
      schedule().after(3 * Schedule.SECOND, () -> keepAlive(machine, what, answer, next));
    }
  }

  private <T> void transmit(
      Machine machine,
      boolean changes,
      String what,
      Duration limit,
      Supplier<Remote<T>> remote,
      @Nullable Answer<Reply<T>> answer,
      boolean losing) {
    schedule()
        .after(
            schedule().between(200, 3000),
            () -> {
              if (network.open(console.name, machine.name) && machine.isUp()) {
                machine.after(
                    schedule().between(500, 5000),
                    () -> arrive(machine, changes, what, limit, remote, answer, losing));
              }
            });
  }

  private <T> void arrive(
      Machine machine,
      boolean changes,
      String what,
      Duration limit,
      Supplier<Remote<T>> remote,
      @Nullable Answer<Reply<T>> answer,
      boolean losing) {
    long seen = machine.fences.getOrDefault(caller.herd(), 0L);
    if (changes && caller.fence() < seen && !has(Plant.GUARD_IGNORED)) {
      schedule()
          .tell(
              () ->
                  "%s -> %s: %s: refused, fence %d is older than %d"
                      .formatted(console.name, machine, what, caller.fence(), seen));
      invariants.refusedByGuard();
      if (answer != null) {
        reply(
            machine,
            () ->
                answer.refuse(
                    caller.lost(
                        "%s has seen a newer owner of this herd and refused the command"
                            .formatted(machine.name))));
      }
      return;
    }
    if (changes) {
      machine.fences.put(caller.herd(), Math.max(seen, caller.fence()));
      invariants.ran(what);
    }
    schedule().tell(() -> "%s -> %s: %s".formatted(console.name, machine, what));
    work(machine, what, remote.get(), schedule().now() + limit.toMillis() * 1000, answer, losing);
  }

  private <T> void work(
      Machine machine,
      String what,
      Remote<T> remote,
      long until,
      @Nullable Answer<Reply<T>> answer,
      boolean losing) {
    Reply<T> reply = remote.poll();
    if (reply == null) {
      if (schedule().now() < until) {
        machine.after(LOOK, () -> work(machine, what, remote, until, answer, losing));
      }
      return;
    }
    if (reply.failure() != null) {
      schedule().tell(() -> "%s: %s: %s".formatted(machine, what, reply.failure()));
    }
    if (answer != null && losing) {
      schedule()
          .after(
              schedule().between(Schedule.MILLI, KEEPALIVE),
              () ->
                  answer.refuse(
                      unavailable(
                          machine,
                          what,
                          Reason.OUTCOME_UNKNOWN,
                          "lost its connection; it may have run")));
    } else if (answer != null) {
      reply(machine, () -> answer.give(reply));
    }
  }

  /** TCP sends again until it gives up. */
  private void reply(Machine machine, Runnable give) {
    reply(machine, give, schedule().now() + KEEPALIVE);
  }

  private void reply(Machine machine, Runnable give, long until) {
    schedule()
        .after(
            schedule().between(200, 3000),
            () -> {
              if (network.open(machine.name, console.name)) {
                give.run();
              } else if (schedule().now() < until && machine.isUp()) {
                schedule().after(500 * Schedule.MILLI, () -> reply(machine, give, until));
              }
            });
  }

  private static StepFailed unavailable(Machine machine, String what, Reason reason, String state) {
    String message = "%s on %s %s (%s)".formatted(what, machine.name, state, reason);
    return new StepFailed(message, new ShellUnavailable(reason, message, null));
  }
}
