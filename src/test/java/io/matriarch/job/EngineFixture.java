package io.matriarch.job;

import io.matriarch.audit.Origin;
import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The engine on a real database, driven on the test's own thread; the world is a list that steps
 * write to, and a step may fail or the console may die at a chosen point.
 */
final class EngineFixture implements AutoCloseable {

  static final Actor OTTO = new Actor("otto", Role.OPERATOR, Origin.API, "127.0.0.1");
  static final Actor VERA = new Actor("vera", Role.VIEWER, Origin.API, "127.0.0.1");

  /** A step that says its name to the world. */
  record Say(String word, long server, boolean awaited) implements Step {
    Say(String word, long server) {
      this(word, server, false);
    }

    @Override
    public boolean interrupts() {
      return word.equals("pause");
    }

    @Override
    public boolean clientsWait() {
      return awaited;
    }

    @Override
    public String describe() {
      return "say " + word;
    }

    @Override
    public Set<Long> servers() {
      return Set.of(server);
    }

    @Override
    public void run(World world) throws StepFailed, InterruptedException {
      world.shell().change(server, Command.of("say", word));
    }
  }

  /** The console dies: nothing more is written. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Plans as many steps as the option says, with both cleanups on each. */
  static final class SayAction implements Action {
    final boolean point;

    SayAction(boolean point) {
      this.point = point;
    }

    @Override
    public ActionName name() {
      return new ActionName(point ? "test.point" : "test.say");
    }

    @Override
    public String label() {
      return "Say";
    }

    @Override
    public String help() {
      return "";
    }

    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.HERD, TargetKind.SERVER);
    }

    @Override
    public List<OptionSpec> options() {
      return List.of(OptionSpec.flag("refuse", "", ""), OptionSpec.flag("overrule", "", ""));
    }

    @Override
    public Role requires() {
      return Role.OPERATOR;
    }

    @Override
    public List<Check> checks(Target target, Fleet fleet, Options options) {
      boolean tagged = tagged(target, fleet, "closed");
      return options.flag("refuse") || tagged
          ? List.of(
              Check.failed("open", "it is closed", "Open it.").overruledBy("overrule"),
              Check.passed("other", "fine"))
          : List.of(Check.passed("open", "it is open"));
    }

    private static boolean tagged(Target target, Fleet fleet, String tag) {
      io.matriarch.inventory.Herd herd = fleet.herds().get(target.id());
      return target.kind() == TargetKind.HERD && herd != null && herd.tags().contains(tag);
    }

    @Override
    public Plan plan(Target target, Fleet fleet, Options options) {
      long id = target.id();
      String suffix = tagged(target, fleet, "louder") ? "!" : "";
      Plan.Builder plan =
          Plan.of(new Say("one" + suffix, id))
              .always(new Say("always one", id))
              .onFailure(new Say("undo one", id))
              .then(new Say("two", id))
              .always(new Say("always two", id))
              .onFailure(new Say("undo two", id));
      if (point) {
        plan.pointOfNoReturn();
      }
      Say three = new Say("three", id);
      plan.then(three).onFailure(new Say("undo three", id));
      if (point) {
        plan.then(new Say("beside", id)).needs().then(new Say("after three", id)).needs(three);
      }
      return plan.build();
    }
  }

  /** Two of its steps past the point are what clients wait for. */
  static final class LeadAction implements Action {
    @Override
    public ActionName name() {
      return new ActionName("test.lead");
    }

    @Override
    public String label() {
      return "Lead";
    }

    @Override
    public String help() {
      return "";
    }

    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.HERD);
    }

    @Override
    public List<OptionSpec> options() {
      return List.of();
    }

    @Override
    public Role requires() {
      return Role.OPERATOR;
    }

    @Override
    public List<Check> checks(Target target, Fleet fleet, Options options) {
      return List.of();
    }

    @Override
    public Plan plan(Target target, Fleet fleet, Options options) {
      long id = target.id();
      Say promote = new Say("promote", id, true);
      return Plan.of(new Say("pause", id))
          .always(new Say("resume", id))
          .pointOfNoReturn()
          .then(promote)
          .then(new Say("publish", id))
          .needs(promote)
          .then(new Say("lead", id, true))
          .needs(promote)
          .then(new Say("follow", id))
          .needs(promote)
          .build();
    }
  }

  /** Our database, which answers or does not. */
  final class AwayRuns implements java.lang.reflect.InvocationHandler {
    private final Runs runs;
    boolean away;

    AwayRuns(Runs runs) {
      this.runs = runs;
    }

    Runs proxy() {
      return (Runs)
          java.lang.reflect.Proxy.newProxyInstance(
              Runs.class.getClassLoader(), new Class<?>[] {Runs.class}, this);
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, java.lang.reflect.Method method, @Nullable Object @Nullable [] arguments)
        throws Throwable {
      if (away) {
        throw new org.springframework.dao.DataAccessResourceFailureException("connection refused");
      }
      try {
        return method.invoke(runs, arguments);
      } catch (java.lang.reflect.InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }
  }

  final TestDatabase database = TestDatabase.fresh();
  final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
  final List<String> said = new CopyOnWriteArrayList<>();
  final List<String> told = new CopyOnWriteArrayList<>();
  final StepCodec codec = new StepCodec(List.of(new StepType("say", 1, Say.class)));
  final Gate gate = new Gate(1);
  final MemoryLocalLog localLog = new MemoryLocalLog();
  final Jobs jobs;
  final JobQueries queries;
  final JdbcClient jdbc;
  private final Catalogue catalogue;
  @Nullable String failAt;
  @Nullable String onlyForwardAt;
  @Nullable String dieAt;
  @Nullable String dieAfter;
  @Nullable String untellable;
  Runnable onSay = () -> {};
  java.util.function.Consumer<String> beforeSaying = word -> {};

  EngineFixture() {
    catalogue = new Catalogue(List.of(new SayAction(false), new SayAction(true), new LeadAction()));
    context.registerBean(javax.sql.DataSource.class, database::dataSource);
    context.registerBean(Clock.class, Clock::systemUTC);
    context.registerBean(JdbcClient.class, database::jdbc);
    context.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database.dataSource()));
    context.registerBean(PlatformTransactionManager.class, database::transactions);
    context.registerBean(Catalogue.class, () -> catalogue);
    context.registerBean(StepCodec.class, () -> codec);
    context.register(
        Transactions.class,
        io.matriarch.audit.Audit.class,
        Access.class,
        io.matriarch.inventory.Fleets.class,
        JobStore.class,
        JobQueries.class,
        JobLog.class,
        Jobs.class);
    context.refresh();
    jobs = context.getBean(Jobs.class);
    queries = context.getBean(JobQueries.class);
    jdbc = database.jdbc();
  }

  @org.springframework.transaction.annotation.EnableTransactionManagement
  static class Transactions {}

  /** A console's view of the runs. */
  JdbcRuns runs(String node) {
    return runs(
        node,
        new EngineLimits(200, 4, 0, ms(2000), ms(10_000), ms(15_000), ms(900_000), ms(60_000)));
  }

  JdbcRuns runs(String node, EngineLimits limits) {
    return new JdbcRuns(
        new JdbcTemplate(database.dataSource()),
        new TransactionTemplate(database.transactions()),
        context.getBean(io.matriarch.audit.Audit.class),
        codec,
        limits,
        node);
  }

  static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  Executor executor(Runs runs) {
    io.matriarch.inventory.Fleets fleets = context.getBean(io.matriarch.inventory.Fleets.class);
    return new Executor(
        new Executor.Parts(
            runs,
            localLog,
            gate,
            catalogue,
            (target, servers) -> Engine.load(fleets, target, servers),
            new ListWorlds(),
            codec));
  }

  /** Claims and executes until nothing is left, on this thread. */
  void work(String node) {
    JdbcRuns runs = runs(node);
    List<Owned> claimed = runs.claim(100);
    while (!claimed.isEmpty()) {
      for (Owned run : claimed) {
        execute(runs, run);
      }
      claimed = runs.claim(100);
    }
  }

  void execute(Runs runs, Owned run) {
    try {
      executor(runs).execute(run, lease(), new RunJournal(Clock.systemUTC()));
    } catch (Died e) {
      said.add("(died)");
    }
  }

  static Lease lease() {
    return new Lease(Duration.ofHours(1), System::nanoTime, System.nanoTime());
  }

  long herd(String name, String... tags) {
    return jdbc.sql("insert into herd (name, tags) values (:name, :tags) returning herd_id")
        .param("name", name)
        .param("tags", tags)
        .query(Long.class)
        .single();
  }

  long server(String name) {
    return jdbc.sql("insert into server (name, address) values (:name, :name) returning server_id")
        .param("name", name)
        .query(Long.class)
        .single();
  }

  long submit(JobRequest request) {
    return Access.<Long, RuntimeException>as(OTTO, () -> jobs.submit(request));
  }

  static JobRequest say(Target... targets) {
    return JobRequest.of("test.say", List.of(targets), Map.of());
  }

  List<LogLine> log(long job, long after, String text) {
    return context.getBean(JobLog.class).after(job, after, null, text, 100).orElseThrow();
  }

  /** As if everything that is stored had been stored so much earlier. */
  void pass(Duration time) {
    jdbc.sql(
            """
            with jobs as (
              update job set confirmed_at = confirmed_at - make_interval(secs => :s),
                             not_before = not_before - make_interval(secs => :s),
                             not_after = not_after - make_interval(secs => :s))
            update run set renewed_at = renewed_at - make_interval(secs => :s),
                           heartbeat = heartbeat - make_interval(secs => :s),
                           ended_at = ended_at - make_interval(secs => :s)
            """)
        .param("s", time.toSeconds())
        .update();
  }

  RunRow run(long job) {
    return queries.runs(job).getFirst();
  }

  RunState state(long job) {
    return queries.job(job).orElseThrow().state();
  }

  List<String> outcomes(long job) {
    return jdbc.sql(
            """
            select o.outcome from audit_event o join audit_event i on i.id = o.intent_id
            where (i.detail ->> 'job')::bigint = :job order by o.id
            """)
        .param("job", job)
        .query(String.class)
        .list();
  }

  @Override
  public void close() throws Exception {
    context.close();
    database.close();
  }

  private final class ListWorlds implements Executor.Worlds {
    @Override
    public World open(Owned run, Lease lease, RunJournal journal, Fleet fleet) {
      return new World(
          new ListShell(),
          instance -> new Postgres.Seen.Stopped("shut down", null, null, null),
          Untouched.of(Replication.class),
          Untouched.of(Admission.class),
          Untouched.of(Rebuilds.class),
          Untouched.of(Poolers.class),
          Untouched.of(Dns.class),
          Untouched.of(Hooks.class),
          Untouched.of(Terms.class),
          ids -> said.add("look"),
          journal,
          NO_PROOFS,
          (what, done, total) -> false,
          (calls, limit) -> {
            for (Together.Call call : calls) {
              call.run();
            }
          },
          duration -> {},
          Clock.systemUTC());
    }

    @Override
    public List<String> raiseFence(
        Owned run, Lease lease, Set<Long> servers, RunJournal journal, Fleet fleet) {
      told.add(run.fence() + " on " + servers);
      return untellable == null ? List.of() : List.of(untellable);
    }
  }

  static final Proofs NO_PROOFS = new NoProofs();

  private static final class NoProofs implements Proofs {
    @Override
    public void keep(String name, String value) {}

    @Override
    public boolean isFresh(String name) {
      return false;
    }

    @Override
    public java.util.Optional<String> find(String name) {
      return java.util.Optional.empty();
    }
  }

  private final class ListShell implements RunShell {
    @Override
    public CommandResult read(long serverId, Command command) throws StepFailed {
      return change(serverId, command);
    }

    @Override
    public CommandResult change(long serverId, Command command) throws StepFailed {
      String word = command.arguments().get(1);
      if (word.equals(dieAt)) {
        throw new Died();
      }
      beforeSaying.accept(word);
      onSay.run();
      if (word.equals(failAt)) {
        said.add(word + " failed");
        throw new StepFailed("Saying " + word + " on 1: no voice. Nothing was said; drink.");
      }
      if (word.equals(onlyForwardAt)) {
        said.add(word + " failed");
        throw StepFailed.onlyForward("Only forward.", new IllegalStateException());
      }
      said.add(word);
      if (word.equals(dieAfter)) {
        throw new Died();
      }
      return new CommandResult(0, Duration.ZERO, "", "", false);
    }
  }

  List<String> saidAndForget() {
    List<String> copy = new ArrayList<>(said);
    said.clear();
    return copy;
  }
}
