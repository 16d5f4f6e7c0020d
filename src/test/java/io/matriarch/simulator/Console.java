package io.matriarch.simulator;

import io.matriarch.job.MemoryRuns;
import io.matriarch.job.SimulatedEngine.Life;
import io.matriarch.job.SimulatedEngine.Ticket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;

/** A console: claims runs, beats for them, executes each on a fiber; may freeze, die and return. */
final class Console implements MemoryRuns.Door {

  static final String DATABASE = "database";
  private static final long RETRANSMITTED = 900 * Schedule.SECOND;

  /** Makes one life of this console. */
  interface Births {
    Life life(Console console);
  }

  final String name;
  final Schedule schedule;
  private final Network network;
  private final Faults faults;
  private final Births births;
  private final Map<Long, Ticket> active = new TreeMap<>();
  private final Set<Fiber> fibers = new LinkedHashSet<>();
  private final List<Runnable> thawing = new ArrayList<>();
  private @Nullable Life life;
  private boolean frozen;
  private int lives;
  long skew;

  Console(String name, Schedule schedule, Network network, Faults faults, Births births) {
    this.name = name;
    this.schedule = schedule;
    this.network = network;
    this.faults = faults;
    this.births = births;
  }

  boolean isAlive() {
    return life != null;
  }

  boolean isFrozen() {
    return frozen;
  }

  boolean reachesDatabase() {
    return network.both(name, DATABASE);
  }

  void start() {
    if (life != null) {
      return;
    }
    lives++;
    Life begun = births.life(this);
    life = begun;
    schedule.tell(() -> name + ": starts");
    formerLife(begun);
    later(schedule.between(0, Schedule.SECOND), () -> tick(begun));
    later(schedule.between(0, 2 * Schedule.SECOND), () -> beat(begun));
  }

  /** It does not come up before it could look after the runs of its former life. */
  private void formerLife(Life begun) {
    if (reachesDatabase()) {
      launch(begun, begun.takeOver(Set.of(), true));
    } else {
      later(Schedule.SECOND, () -> formerLife(begun));
    }
  }

  private void tick(Life mine) {
    if (reachesDatabase()) {
      mine.expireAndRenew();
      launch(mine, mine.takeOver(active.keySet(), false));
      launch(mine, mine.claim());
    }
    later(Schedule.SECOND, () -> tick(mine));
  }

  private void beat(Life mine) {
    if (reachesDatabase()) {
      mine.beat(active.values());
    }
    later(2 * Schedule.SECOND, () -> beat(mine));
  }

  private void launch(Life mine, List<Ticket> tickets) {
    for (Ticket ticket : tickets) {
      active.put(ticket.run(), ticket);
      schedule.tell(
          () ->
              "%s: %s run %d, attempt %d"
                  .formatted(
                      name,
                      ticket.takenOver() ? "takes over" : "claims",
                      ticket.run(),
                      ticket.attempt()));
      spawn(
          () -> {
            mine.execute(ticket);
            active.remove(ticket.run(), ticket);
          });
    }
  }

  /** An event of this life: a crash forgets it, a freeze puts it off. */
  void later(long micros, Runnable what) {
    int mine = lives;
    schedule.after(micros, () -> now(mine, what));
  }

  private void now(int mine, Runnable what) {
    if (mine != lives || life == null) {
      return;
    }
    if (frozen) {
      thawing.add(() -> now(mine, what));
    } else {
      what.run();
    }
  }

  Fiber spawn(Runnable body) {
    Fiber fiber = new Fiber(schedule, body);
    fibers.add(fiber);
    later(schedule.between(0, 300), () -> resume(fiber));
    return fiber;
  }

  private void resume(Fiber fiber) {
    fiber.resume();
    if (fiber.hasEnded()) {
      fibers.remove(fiber);
    }
  }

  /** Lets a fiber that waits go on. */
  void wake(Fiber fiber) {
    later(0, () -> resume(fiber));
  }

  void sleep(long micros) {
    Fiber fiber = Fiber.current();
    later(micros, () -> resume(fiber));
    fiber.await();
  }

  void freeze() {
    if (life != null && !frozen) {
      frozen = true;
      schedule.tell(() -> name + ": freezes");
    }
  }

  void thaw() {
    if (frozen) {
      frozen = false;
      schedule.tell(() -> name + ": wakes");
      List<Runnable> due = List.copyOf(thawing);
      thawing.clear();
      due.forEach(d -> schedule.after(schedule.between(0, 2000), d));
    }
  }

  void crash() {
    if (life == null) {
      return;
    }
    schedule.tell(() -> name + ": is killed");
    life = null;
    frozen = false;
    thawing.clear();
    active.clear();
    List<Fiber> dying = List.copyOf(fibers);
    fibers.clear();
    dying.forEach(Fiber::kill);
  }

  /** A call of a run's own thread to the metadata database. */
  @Override
  public <T> T through(String what, Supplier<T> effect) {
    faults.point(this, what, null);
    sleep(schedule.between(100, 1000));
    Answer<T> answer = new Answer<>(this);
    deliver(what, effect, answer, lives, schedule.now() + RETRANSMITTED);
    schedule.after(
        5 * Schedule.SECOND,
        () -> answer.refuse(new DataAccessResourceFailureException("no answer of the database")));
    T value = answer.await();
    faults.point(this, what + Faults.ANSWERED, null);
    return value;
  }

  /** TCP sends again until it gives up, also for a process that has been killed meanwhile. */
  private <T> void deliver(
      String what, Supplier<T> effect, Answer<T> answer, int sender, long until) {
    schedule.after(
        schedule.between(50, 500),
        () -> {
          if (network.open(name, DATABASE)) {
            String dead = sender == lives && life != null ? "" : " (its console is dead)";
            schedule.tell(() -> name + " -> database: " + what + dead);
            arrived(effect, answer);
          } else if (schedule.now() < until) {
            schedule.after(Schedule.SECOND, () -> deliver(what, effect, answer, sender, until));
          }
        });
  }

  private <T> void arrived(Supplier<T> effect, Answer<T> answer) {
    try {
      T value = effect.get();
      answerLater(() -> answer.give(value));
    } catch (RuntimeException e) {
      answerLater(() -> answer.refuse(e));
    }
  }

  private void answerLater(Runnable give) {
    schedule.after(
        schedule.between(50, 500),
        () -> {
          if (network.open(DATABASE, name)) {
            give.run();
          }
        });
  }

  /** What a fiber waits for; the first answer counts. */
  static final class Answer<T> {
    private final Console console;
    private final Fiber fiber = Fiber.current();
    private boolean given;
    private @Nullable T value;
    private @Nullable Throwable refusal;

    Answer(Console console) {
      this.console = console;
    }

    boolean isGiven() {
      return given;
    }

    void give(T answer) {
      if (!given) {
        given = true;
        value = answer;
        console.wake(fiber);
      }
    }

    void refuse(Throwable thrown) {
      if (!given) {
        given = true;
        refusal = thrown;
        console.wake(fiber);
      }
    }

    /** Waits; then the value, or the exception thrown as it is. */
    @SuppressWarnings("NullAway") // a value may be null where its type says so
    T await() {
      while (!given) {
        fiber.await();
      }
      if (refusal != null) {
        throw Answer.<RuntimeException>sneaky(refusal);
      }
      return value;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
      throw (E) thrown;
    }
  }
}
