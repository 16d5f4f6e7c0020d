package io.matriarch.simulator;

import io.matriarch.hook.HookPhase;
import io.matriarch.job.SimulatedEngine.Caller;
import io.matriarch.job.StepFailed;
import io.matriarch.remote.ShellUnavailable;
import io.matriarch.remote.ShellUnavailable.Reason;
import io.matriarch.simulator.Console.Answer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a console's commands get to a host and their results back, past the host guard. */
final class Wire {

  private static final long KEEPALIVE = 15 * Schedule.SECOND;
  private static final long LOOK = 10 * Schedule.MILLI;
  private static final long READY = 10 * Schedule.SECOND;
  private static final long GUARD_LIMIT = 10 * Schedule.SECOND;

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

  /** Hosts where this attempt has an interpreter, each with its boot. */
  private final Set<String> open = new HashSet<>();

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

  /** How a command gets to its work. */
  private enum Way {
    /** Past no guard. */
    READ,
    /** To an interpreter that waits for it behind the guard; it is there before the guard looks. */
    KEPT,
    /** Past the guard, and then through a login of its own. */
    LOGIN
  }

  /** A command on its way. */
  private record Sent<T>(
      Machine machine,
      Way way,
      String what,
      Duration limit,
      Supplier<Remote<T>> remote,
      @Nullable Answer<Reply<T>> answer,
      boolean losing) {
    boolean changes() {
      return way != Way.READ;
    }
  }

  <T> T read(Machine machine, String what, Duration limit, Supplier<Remote<T>> remote)
      throws StepFailed {
    return call(machine, Way.READ, what, limit, remote);
  }

  /**
   * @param remote gets the connection that the command will use; what it does, it does when polled
   */
  <T> T change(Machine machine, String what, Duration limit, Supplier<Remote<T>> remote)
      throws StepFailed {
    caller.changing();
    return call(machine, Way.KEPT, what, limit, remote);
  }

  /** A change that logs in and becomes another user only behind the guard. */
  <T> T login(Machine machine, String what, Duration limit, Supplier<Remote<T>> remote)
      throws StepFailed {
    caller.changing();
    return call(machine, Way.LOGIN, what, limit, remote);
  }

  /** Something else that a console does about a run; faults may hit here. */
  void point(String what) {
    faults.point(console, what, null);
  }

  boolean losesReply() {
    return faults.losesReply();
  }

  /** Something that is changed elsewhere than on a host. */
  void changes(String what, String where) {
    invariants.mutation(caller, what, where);
  }

  void named(String record, String primary) {
    invariants.named(record, primary);
  }

  void script(HookPhase phase, String primary, boolean fails) {
    invariants.script(caller, phase, primary, fails);
  }

  private <T> T call(
      Machine machine, Way way, String what, Duration limit, Supplier<Remote<T>> remote)
      throws StepFailed {
    faults.point(console, what, machine);
    caller.requireLease();
    console.sleep(schedule().between(50, 1000));
    boolean changes = way != Way.READ;
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
    if (way == Way.KEPT && !has(Plant.LOGIN_AFTER_GUARD)) {
      open(machine, what);
    }
    boolean losing = changes && faults.losesReply();
    transmit(new Sent<>(machine, way, what, limit, remote, answer, losing));
    if (changes && faults.duplicates()) {
      long late = schedule().between(10 * Schedule.MILLI, 200 * Schedule.SECOND);
      invariants.duplicated(what);
      Sent<T> again = new Sent<>(machine, way, what + " (again)", limit, remote, null, false);
      schedule().after(late, () -> transmit(again));
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

  /** An interpreter must answer before anything else is sent to it. */
  private void open(Machine machine, String what) throws StepFailed {
    String key = machine.name + " " + machine.boot();
    if (open.contains(key)) {
      return;
    }
    long login = machine.login();
    console.sleep(Math.min(login, READY));
    if (login > READY) {
      throw unavailable(
          machine, what, Reason.TIMEOUT, "waits for a login that has not ended; nothing was sent");
    }
    open.add(key);
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

  private <T> void transmit(Sent<T> sent) {
    Machine machine = sent.machine();
    schedule()
        .after(
            schedule().between(200, 3000),
            () -> {
              if (network.open(console.name, machine.name) && machine.isUp()) {
                machine.after(
                    schedule().between(500, 5000),
                    () -> arrive(sent, schedule().now() + GUARD_LIMIT));
              }
            });
  }

  /** At the guard, whose lock covers comparing the fence and not what is done then. */
  private <T> void arrive(Sent<T> sent, long until) {
    Machine machine = sent.machine();
    if (sent.changes() && machine.guardHeld) {
      if (schedule().now() < until) {
        machine.after(LOOK, () -> arrive(sent, until));
      } else {
        answer(sent, Reply.failed("no lock of the guard on %s".formatted(machine)));
      }
      return;
    }
    long seen = machine.fences.getOrDefault(caller.herd(), 0L);
    if (sent.changes() && caller.fence() < seen && !has(Plant.GUARD_IGNORED)) {
      refuse(sent, seen);
      return;
    }
    if (sent.changes()) {
      machine.fences.put(caller.herd(), Math.max(seen, caller.fence()));
      invariants.ran(sent.what());
    }
    long wait = schedule().between(20, 400);
    if (sent.way() == Way.LOGIN) {
      wait += machine.login();
    } else if (sent.way() == Way.KEPT
        && has(Plant.LOGIN_AFTER_GUARD)
        && open.add(machine.name + " " + machine.boot())) {
      wait += machine.login();
    }
    // A session's server is the one that it was opened to; a login finds the one that is there.
    Remote<T> session = sent.way() == Way.LOGIN ? null : sent.remote().get();
    machine.after(wait, () -> begin(sent, session == null ? sent.remote().get() : session));
  }

  private void refuse(Sent<?> sent, long seen) {
    Machine machine = sent.machine();
    schedule()
        .tell(
            () ->
                "%s -> %s: %s: refused, fence %d is older than %d"
                    .formatted(console.name, machine, sent.what(), caller.fence(), seen));
    invariants.refusedByGuard();
    Answer<?> answer = sent.answer();
    if (answer != null) {
      reply(
          machine,
          () ->
              answer.refuse(
                  caller.lost(
                      "%s has seen a newer owner of this herd and refused the command"
                          .formatted(machine.name))));
    }
  }

  private <T> void begin(Sent<T> sent, Remote<T> remote) {
    schedule().tell(() -> "%s -> %s: %s".formatted(console.name, sent.machine(), sent.what()));
    work(sent, remote, schedule().now() + sent.limit().toMillis() * 1000);
  }

  private <T> void work(Sent<T> sent, Remote<T> remote, long until) {
    Reply<T> reply = remote.poll();
    if (reply != null) {
      answer(sent, reply);
    } else if (schedule().now() < until) {
      sent.machine().after(LOOK, () -> work(sent, remote, until));
    }
  }

  private <T> void answer(Sent<T> sent, Reply<T> reply) {
    Machine machine = sent.machine();
    String what = sent.what();
    if (reply.failure() != null) {
      schedule().tell(() -> "%s: %s: %s".formatted(machine, what, reply.failure()));
    }
    Answer<Reply<T>> answer = sent.answer();
    if (answer != null && sent.losing()) {
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
