package io.matriarch.job;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The production planner and executor, for a simulator that brings time, threads, database and
 * world itself.
 */
public final class SimulatedEngine {

  /** One attempt's calls into the world, as the host guard and the audit trail see it. */
  public interface Caller {
    long run();

    long herd();

    int attempt();

    long fence();

    /** As {@link GuardedShell} does before every command. */
    void requireLease();

    /** As {@link GuardedShell} does before a command that changes something. */
    void changing();

    String stepKind();

    int stepOrdinal();

    RuntimeException lost(String why);

    /** Whether the attempt owns its run still, by what the database holds. */
    boolean isCurrent();
  }

  /** Makes the ports of one attempt. */
  public interface Worlds {
    World open(Caller caller, Fleet fleet, RunLog log, Proofs proofs);

    List<String> raiseFence(Caller caller, Set<Long> servers) throws InterruptedException;
  }

  /** A run that a console owns. */
  public static final class Ticket {
    private final Owned run;
    private final Lease lease;
    private final RunJournal journal;

    private Ticket(Owned run, Lease lease, RunJournal journal) {
      this.run = run;
      this.lease = lease;
      this.journal = journal;
    }

    public long run() {
      return run.runId();
    }

    public int attempt() {
      return run.attempt();
    }

    public boolean takenOver() {
      return run.takenOver();
    }
  }

  private final Catalogue catalogue;
  private final StepCodec codec;
  private final MemoryRuns store;

  public SimulatedEngine(Collection<Action> actions, Collection<StepType> types, MemoryRuns store) {
    this.catalogue = new Catalogue(actions);
    this.codec = new StepCodec(types);
    this.store = store;
  }

  /**
   * Plans and confirms one run as {@link Jobs#submit} does.
   *
   * @return the run, or the reasons for which it was refused
   */
  public Submitted submit(String name, Target target, Map<String, String> given, Fleet fleet) {
    Action action = catalogue.find(new ActionName(name)).orElseThrow();
    Options options = Options.of(action.options(), given);
    List<String> refusals =
        action.checks(target, fleet, options).stream()
            .filter(c -> Planner.refuses(c, options))
            .map(Check::toString)
            .toList();
    if (!refusals.isEmpty()) {
      return new Submitted(0, refusals);
    }
    Plan plan = Planner.complete(action.plan(target, fleet, options), target, fleet);
    String called = Planner.nameOf(target, fleet).orElseThrow();
    Long herd = Planner.herdOf(target, fleet);
    return new Submitted(
        store.insert(action.name(), target, called, herd, options, plan, codec), List.of());
  }

  /**
   * @param run 0 if it was refused
   */
  public record Submitted(long run, List<String> refusals) {}

  /** One console's life: from its start until it is killed. */
  public final class Life {
    private final Runs runs;
    private final Executor executor;
    private final LongSupplier nanos;
    private final Clock clock;
    private final MemoryLocalLog localLog = new MemoryLocalLog();

    private Life(
        String node,
        MemoryRuns.Door door,
        Worlds worlds,
        Supplier<Fleet> fleets,
        LongSupplier nanos,
        Clock clock) {
      this.runs = store.view(node, door);
      this.nanos = nanos;
      this.clock = clock;
      this.executor =
          new Executor(
              new Executor.Parts(
                  runs,
                  localLog,
                  new Gate(Integer.MAX_VALUE),
                  catalogue,
                  (target, servers) -> fleets.get(),
                  new Bridge(worlds, runs, store),
                  codec));
    }

    public List<Ticket> takeOver(Set<Long> mine, boolean formerLife) {
      return tickets(runs.takeOver(mine, formerLife));
    }

    public List<Ticket> claim() {
      return tickets(runs.claim(MemoryRuns.standardLimits().runsAtOnce()));
    }

    public void expireAndRenew() {
      runs.expireAndRenew();
    }

    private List<Ticket> tickets(List<Owned> owned) {
      Duration length = MemoryRuns.standardLimits().leaseHolds();
      return owned.stream()
          .map(
              run ->
                  new Ticket(
                      run, new Lease(length, nanos, nanos.getAsLong()), new RunJournal(clock)))
          .toList();
    }

    /** As the dispatcher does every two seconds. */
    public void beat(Collection<Ticket> tickets) {
      Set<Long> ours = runs.heartbeat(tickets.stream().map(t -> t.run).toList());
      for (Ticket ticket : tickets) {
        if (ours.contains(ticket.run())) {
          ticket.lease.renewed(nanos.getAsLong());
        } else {
          ticket.lease.lose();
        }
      }
    }

    /** Runs on the caller's thread; an Error passes through, as when a process is killed. */
    public void execute(Ticket ticket) {
      executor.execute(ticket.run, ticket.lease, ticket.journal);
    }
  }

  public Life life(
      String node,
      MemoryRuns.Door door,
      Worlds worlds,
      Supplier<Fleet> fleets,
      LongSupplier nanos,
      Clock clock) {
    return new Life(node, door, worlds, fleets, nanos, clock);
  }

  private record Bridge(Worlds worlds, Runs runs, MemoryRuns store) implements Executor.Worlds {
    @Override
    public World open(Owned run, Lease lease, RunJournal journal, Fleet fleet) {
      return worlds.open(
          new Attempt(run, lease, journal, store),
          fleet,
          journal,
          new StoredProofs(runs, run, lease, journal));
    }

    @Override
    public List<String> raiseFence(
        Owned run, Lease lease, Set<Long> servers, RunJournal journal, Fleet fleet)
        throws InterruptedException {
      return run.fence() == null
          ? List.of()
          : worlds.raiseFence(new Attempt(run, lease, journal, store), servers);
    }
  }

  private record Attempt(Owned owned, Lease lease, RunJournal journal, MemoryRuns store)
      implements Caller {
    @Override
    public long run() {
      return owned.runId();
    }

    @Override
    public long herd() {
      return value(owned.herdId());
    }

    @Override
    public int attempt() {
      return owned.attempt();
    }

    @Override
    public long fence() {
      return value(owned.fence());
    }

    private static long value(@Nullable Long number) {
      return number == null ? 0 : number;
    }

    @Override
    public void requireLease() {
      lease.require(owned.runId());
    }

    @Override
    public void changing() {
      journal.changing();
    }

    @Override
    public String stepKind() {
      return journal.kind().name();
    }

    @Override
    public int stepOrdinal() {
      return journal.ordinal();
    }

    @Override
    public boolean isCurrent() {
      return store.attempt(owned.runId()) == owned.attempt()
          && store.state(owned.runId()) == RunState.RUNNING;
    }

    @Override
    public RuntimeException lost(String why) {
      return new OwnershipLost("run %d: %s".formatted(owned.runId(), why));
    }
  }

  /** Whether an exception means that the run belongs to another attempt now. */
  public static boolean isOwnershipLost(Throwable thrown) {
    return thrown instanceof OwnershipLost;
  }

  /** The lines that a journal holds, for the history of a seed. */
  public static List<String> lines(RunLog log) {
    List<String> lines = new ArrayList<>();
    if (log instanceof RunJournal journal) {
      List<Runs.Line> drained = journal.drain();
      drained.forEach(l -> lines.add(l.source() + " " + l.text()));
      journal.putBack(drained);
    }
    return lines;
  }
}
