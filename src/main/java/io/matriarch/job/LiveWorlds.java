package io.matriarch.job;

import io.matriarch.hook.HookDirectory;
import io.matriarch.inventory.DnsRecords;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Observer;
import io.matriarch.remote.Shell;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes worlds of real ports. */
final class LiveWorlds implements Executor.Worlds {

  private final Shell shell;
  private final Observer observer;
  private final Runs runs;
  private final JdbcClient jdbc;
  private final DnsRecords dnsRecords;
  private final HookDirectory hooks;
  private final Clock clock;

  LiveWorlds(
      Shell shell,
      Observer observer,
      Runs runs,
      JdbcClient jdbc,
      DnsRecords dnsRecords,
      HookDirectory hooks,
      Clock clock) {
    this.dnsRecords = dnsRecords;
    this.hooks = hooks;
    this.shell = shell;
    this.observer = observer;
    this.runs = runs;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public World open(Owned run, Lease lease, RunJournal journal, Fleet fleet) {
    GuardedShell guarded = shell(run, lease, journal, fleet);
    Proofs proofs = new StoredProofs(runs, run, lease, journal);
    Terms terms = new JdbcTerms(jdbc, run);
    return new World(
        guarded,
        new ShellPostgres(guarded, journal),
        new ShellReplication(guarded, journal, run),
        new ShellAdmission(guarded, journal, new ThreadsTogether()),
        new ShellRebuilds(guarded, guarded::quietly, journal, run.runId()),
        new ShellPoolers(guarded, journal, run),
        new LiveDns(dnsRecords, run, lease, journal, terms, Thread::sleep, clock),
        new LiveHooks(hooks, run, lease, journal, terms),
        terms,
        observer,
        journal,
        proofs,
        new StoredProgress(runs, run, lease, journal),
        new ThreadsTogether(),
        Thread::sleep,
        clock);
  }

  private GuardedShell shell(Owned run, Lease lease, RunJournal journal, Fleet fleet) {
    return new GuardedShell(shell, fleet.servers(), run, lease, journal);
  }

  @Override
  public List<String> raiseFence(
      Owned run, Lease lease, Set<Long> servers, RunJournal journal, Fleet fleet)
      throws InterruptedException {
    if (run.fence() == null) {
      return List.of();
    }
    GuardedShell guarded = shell(run, lease, journal, fleet);
    List<String> untold = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Together.Call> calls = new ArrayList<>();
    for (long server : servers) {
      calls.add(
          () -> {
            try {
              guarded.raiseFence(server);
            } catch (StepFailed e) {
              untold.add(e.getMessage());
            }
          });
    }
    try {
      new ThreadsTogether().all(calls, 32);
    } catch (StepFailed e) {
      untold.add(e.getMessage());
    }
    return List.copyOf(untold);
  }
}
