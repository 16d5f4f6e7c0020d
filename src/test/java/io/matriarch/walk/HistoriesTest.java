package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import io.matriarch.remote.Command;
import io.matriarch.remote.HostGuard;
import io.matriarch.simulator.ScriptedHistory;
import io.matriarch.simulator.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same histories on real hosts and on the simulator's model: they must be told alike. */
class HistoriesTest {

  private static Lab lab;
  private static LabConsole console;
  private static ConsoleProcess engine;
  private static LabHerd orders;
  private static LabService pooler;
  private static long herd;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "app1");
    orders = lab.herd("orders", "db1", "db2", "db3");
    pooler = lab.pgbouncer("app1", orders, 1);
    console = LabConsole.withoutEngine(lab);
    herd = console.discover(orders);
    console.pooler(herd, pooler);
    engine = console.another();
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {engine, console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_history_is_told_alike_by_simulator_and_lab(ScriptedHistory history) throws Exception {
    String url = "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pooler.port());
    String password = String.valueOf(orders.passwords().get("app"));
    try (SetChecker clients = new SetChecker(url, "app", password, Duration.ofMillis(20)).start(2);
        LabStage stage = new LabStage(clients)) {
      List<String> real = history.on(stage);

      assertThat(history.simulated()).as(stage.story()).isEqualTo(real);
    }
  }

  /** The roles are given anew to each history: whoever is primary is the former one. */
  private static final class LabStage implements Stage, AutoCloseable {

    private final SetChecker clients;
    private final Map<Member, String> hosts = new HashMap<>();
    private long job;
    private boolean synchronous;

    LabStage(SetChecker clients) throws IOException {
      this.clients = clients;
      String primary = primary();
      List<String> standbys = orders.members().stream().filter(m -> !m.equals(primary)).toList();
      hosts.put(Member.FORMER, primary);
      hosts.put(Member.CANDIDATE, standbys.getFirst());
      hosts.put(Member.OTHER, standbys.getLast());
      await(() -> streaming(primary) == 2);
      console.discover(orders);
    }

    private String host(Member member) {
      return String.valueOf(hosts.get(member));
    }

    private static void await(Callable<Boolean> condition) {
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition);
    }

    private static String primary() {
      return Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> orders.members().stream().filter(m -> ask(m, RECOVERY).equals("f")).toList(),
              found -> found.size() == 1)
          .getFirst();
    }

    private static final String RECOVERY = "select pg_is_in_recovery()";

    private static int streaming(String member) {
      String count =
          ask(member, "select count(*) from pg_stat_replication where state = 'streaming'");
      return count.isEmpty() ? 0 : Integer.parseInt(count);
    }

    /** What a member answers; empty if it does not. */
    private static String ask(String member, String sql) {
      String port = Integer.toString(orders.port());
      Duration limit = Duration.ofSeconds(20);
      return lab.execAs("postgres", member, limit, sql, "psql", "-XqAt", "-p", port)
          .output()
          .strip();
    }

    @Override
    public void confirm(Map<String, String> options) {
      Map<String, String> all = new HashMap<>(options);
      all.put("candidate", String.valueOf(console.instance(host(Member.CANDIDATE), orders)));
      job = console.submit("herd.switchover", Target.herd(herd), all);
    }

    @Override
    public void awaitEnd() {
      console.awaitEnd(job);
    }

    private RunRow row() {
      return console.awaitEnd(job);
    }

    @Override
    public void killConsoleAt(Moment moment) {
      await(
          switch (moment) {
            case SEALING -> () -> isSealed();
            case FOLLOWING -> () -> follows(Member.OTHER, Member.CANDIDATE);
          });
      try {
        engine.kill();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean isSealed() {
      String signal = orders.dataDirectory() + "/standby.signal";
      return lab.exec(host(Member.FORMER), "test", "-e", signal).exitCode() == 0;
    }

    private boolean follows(Member standby, Member upstream) {
      return ask(host(standby), "show primary_conninfo")
          .contains(lab.host(host(upstream)).address());
    }

    @Override
    public void restartConsole() {
      try {
        engine.restart();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void hold(Member member, Part part) {
      signal(member, part, "-STOP");
    }

    @Override
    public void release(Member member, Part part) {
      signal(member, part, "-CONT");
    }

    private void signal(Member member, Part part, String signal) {
      String process =
          switch (part) {
            case RECEIVER -> "walreceiver";
            case REPLAY -> ": startup";
          };
      lab.exec(host(member), "pkill", signal, "-f", process);
    }

    @Override
    public void start(Member member) {
      lab.exec(host(member), "pg_ctlcluster", orders.version(), orders.name(), "start");
      await(() -> !ask(host(member), RECOVERY).isEmpty());
    }

    @Override
    public void stop(Member member) {
      lab.exec(
          host(member), "pg_ctlcluster", orders.version(), orders.name(), "stop", "-m", "fast");
      awaitDown(member);
    }

    /** A process of the host's own waits for it: from here it might be noticed too late. */
    @Override
    public void holdGuardOnceStopping(Member member) {
      String holding =
          """
          control="/usr/lib/postgresql/%s/bin/pg_controldata -D %s"
          (
            until $control | grep -q 'state: *shut down'; do sleep 0.02; done
            exec flock --no-fork ~postgres/.local/state/matriarch/herd-%d.lock sleep 60
          ) >/dev/null 2>&1 </dev/null &
          echo $! >/run/holding
          """
              .formatted(orders.version(), orders.dataDirectory(), herd);
      lab.exec(host(member), "sh", "-c", holding);
    }

    @Override
    public void releaseGuard(Member member) {
      lab.exec(host(member), "sh", "-c", "kill $(cat /run/holding); rm /run/holding");
    }

    @Override
    public void awaitDown(Member member) {
      String pid = orders.dataDirectory() + "/postmaster.pid";
      await(() -> lab.exec(host(member), "test", "-e", pid).exitCode() != 0);
    }

    @Override
    public void makeSynchronous() {
      synchronous = true;
      synchronous("ANY 1 (%s)".formatted(String.join(", ", orders.members())));
    }

    private void synchronous(String names) {
      for (String member : orders.members()) {
        ask(member, "alter system set synchronous_standby_names = '%s'".formatted(names));
        ask(member, "select pg_reload_conf()");
        await(() -> ask(member, "show synchronous_standby_names").equals(names));
      }
    }

    @Override
    public boolean isSynchronous(Member member) {
      return !ask(host(member), "show synchronous_standby_names").isEmpty();
    }

    @Override
    public void promote(Member member) {
      ask(host(member), "select pg_promote() where pg_is_in_recovery()");
      lab.exec(host(member), "pg_ctlcluster", orders.version(), orders.name(), "promote");
    }

    @Override
    public void awaitResumed() {
      await(() -> !isPaused());
    }

    @Override
    public void awaitPrimary(Member member) {
      await(() -> ask(host(member), RECOVERY).equals("f"));
    }

    @Override
    public void awaitStreaming(Member member) {
      await(() -> ask(host(member), "select status from pg_stat_wal_receiver").equals("streaming"));
    }

    @Override
    public String writers() {
      return Stream.of(Member.values())
          .filter(m -> ask(host(m), RECOVERY).equals("f"))
          .map(Member::name)
          .collect(Collectors.joining(" "));
    }

    @Override
    public boolean isPaused() {
      String socket = pooler.facts().get("socketDirectories").get(0).asString();
      return lab.execAs(
              "postgres",
              "app1",
              Duration.ofSeconds(20),
              "show databases;",
              "psql",
              "-XqAtw",
              "-h",
              socket,
              "-p",
              Integer.toString(pooler.port()),
              "-U",
              "pgbouncer",
              "pgbouncer")
          .output()
          .lines()
          .filter(line -> line.startsWith("app|"))
          .anyMatch(line -> line.matches(".*\\|1\\|0"));
    }

    @Override
    public boolean isStandby(Member member) {
      return ask(host(member), RECOVERY).equals("t");
    }

    @Override
    public int timeline(Member member) {
      String wal = ask(host(member), "select left(pg_walfile_name(pg_current_wal_lsn()), 8)");
      return Integer.parseInt(wal, 16);
    }

    @Override
    public boolean refusesOlderFence(Member member) {
      long fence =
          console
              .jdbc
              .sql("select fence from herd where herd_id = :herd")
              .param("herd", herd)
              .query(Long.class)
              .single();
      Command older = HostGuard.guard("herd-" + herd, fence - 1, Command.of("true"));
      String[] words = older.arguments().toArray(String[]::new);
      return lab.execAs("postgres", host(member), Duration.ofSeconds(20), "", words).exitCode()
          == HostGuard.REFUSED;
    }

    @Override
    public String run() {
      RunRow run = row();
      boolean published =
          console
              .jdbc
              .sql(
                  "select exists (select from herd_term where run_id = :run and published_at is not null)")
              .param("run", run.id())
              .query(Boolean.class)
              .single();
      return "run %s, past the point: %s, published: %s"
          .formatted(run.state(), run.pastPoint(), published);
    }

    @Override
    public int lost() {
      try {
        return clients.lost().size();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    String story() {
      return job == 0 ? "" : console.log(job);
    }

    @Override
    public void close() {
      // What a failed history left held must not hold the next one.
      for (Member member : List.of(Member.CANDIDATE, Member.OTHER)) {
        for (Part part : Part.values()) {
          release(member, part);
        }
      }
      lab.exec(host(Member.FORMER), "sh", "-c", "! kill $(cat /run/holding)");
      if (synchronous) {
        synchronous("");
      }
    }
  }
}
