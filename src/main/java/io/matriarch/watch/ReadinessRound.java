package io.matriarch.watch;

import io.matriarch.check.Check;
import io.matriarch.check.PoolerChecks;
import io.matriarch.check.ReadinessChecks;
import io.matriarch.check.ReadinessChecks.Gate;
import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.inventory.Candidates;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.InstanceState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks at every herd in turn for whether its primary could be switched, spread over the interval;
 * at most {@link #AT_ONCE} at the same time, so that hosts which do not answer hold up few others.
 */
@Component
class ReadinessRound implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(ReadinessRound.class);
  private static final int AT_ONCE = 16;
  private static final Duration TICK = Duration.ofSeconds(5);

  /** What a switchover waits for open transactions unless told otherwise. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** That a client may wait at a pooler, unless told otherwise. */
  private static final Duration LONGEST = PATIENCE.plusSeconds(60);

  private final JdbcClient jdbc;
  private final Fleets fleets;
  private final ReadinessLook looks;
  private final ReadinessStore store;
  private final Clock clock;
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final Map<Long, Thread> looking = new ConcurrentHashMap<>();
  private final Set<Long> again = ConcurrentHashMap.newKeySet();

  ReadinessRound(
      JdbcClient jdbc, Fleets fleets, ReadinessLook looks, ReadinessStore store, Clock clock) {
    this.jdbc = jdbc;
    this.fleets = fleets;
    this.looks = looks;
    this.store = store;
    this.clock = clock;
  }

  @Scheduled(fixedDelay = 5_000, initialDelay = 15_000)
  void ifDue() {
    try {
      int room = turns.availablePermits();
      if (room > 0) {
        due(room).forEach(this::start);
      }
    } catch (RuntimeException e) {
      log.warn("Herds could not be chosen for a look and are tried again: {}", e.toString());
    }
  }

  /**
   * Of the herds that are due, those that spread all evenly over the interval; ours from now on.
   */
  List<Long> due(int room) {
    return jdbc.sql(
            """
            with every as (
              select extract(epoch from value::interval) as seconds from setting
               where name = 'readiness.interval'),
            candidate as (
              select h.herd_id, t.taken_at from herd h left join readiness_turn t using (herd_id)
               where exists (select from instance i join server s using (server_id)
                              where i.herd_id = h.herd_id and i.missing_since is null
                                and s.kind <> 'RDS' and cardinality(s.host_keys) > 0))
            insert into readiness_turn (herd_id, taken_at)
            select herd_id, now() from candidate, every
             where taken_at is null or taken_at < now() - make_interval(secs => seconds)
             order by taken_at nulls first, herd_id
             limit least(:room, (select ceil(count(*) * :tick / max(seconds))::int + 1 from candidate, every))
            on conflict (herd_id) do update set taken_at = now()
             where readiness_turn.taken_at < now() - make_interval(secs => (select seconds from every))
            returning herd_id
            """)
        .param("room", room)
        .param("tick", TICK.toSeconds())
        .query(Long.class)
        .list();
  }

  /** Begins a look unless one at this herd is going on. */
  void start(long herd) {
    looking.computeIfAbsent(herd, this::begin);
  }

  /** Begins a look; if one is going on, which may have asked already, another one follows it. */
  void ask(long herd) {
    looking.compute(
        herd,
        (id, going) -> {
          if (going == null) {
            return begin(id);
          }
          again.add(id);
          return going;
        });
  }

  private Thread begin(long herd) {
    return Thread.ofVirtual().name("readiness-" + herd).start(() -> inTurn(herd));
  }

  private void inTurn(long herd) {
    try {
      turns.acquire();
      try {
        look(herd);
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      again.remove(herd);
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("Readiness of herd {} could not be told and is tried again: {}", herd, e.toString());
    } finally {
      looking.compute(herd, (id, done) -> again.remove(id) ? begin(id) : null);
    }
  }

  /** Looks now, and keeps what was seen. */
  void look(long herd) throws InterruptedException {
    Fleet fleet = fleets.load(List.of(), List.of(herd), List.of());
    if (!fleet.herds().containsKey(herd)) {
      return;
    }
    Instance primary = fleet.primaryOf(herd).orElse(null);
    List<Instance> candidates =
        Candidates.ranked(herd, fleet).stream().map(Candidates.Ranked::instance).toList();
    if (primary == null
        || candidates.isEmpty()
        || !(primary.state() instanceof InstanceState.Primary)) {
      store.keep(herd, List.of(without(primary, fleet, candidates)));
      reach(herd, List.of(), Map.of(), fleet);
      return;
    }
    List<Instance> members = Stream.concat(Stream.of(primary), candidates.stream()).toList();
    Map<Long, Member> seen = looks.members(members, fleet, PATIENCE);
    store.keepHistory(herd, member(seen, primary).facts());
    List<Gate> gates = looks.gates(fleet.poolersOf(herd), candidates, fleet);
    List<ReadinessStore.Row> rows = new ArrayList<>();
    for (Instance candidate : candidates) {
      List<Instance> others = candidates.stream().filter(c -> c.id() != candidate.id()).toList();
      Look look =
          new Look(
              member(seen, primary),
              member(seen, candidate),
              others.stream().map(o -> member(seen, o)).toList(),
              looks.ways(primary, candidate, others, fleet),
              gates,
              store.ownIdentifier(),
              store.busy(herd),
              PATIENCE);
      List<Check> checks = new ArrayList<>(ReadinessChecks.of(look));
      checks.addAll(PoolerChecks.forPause(herd, LONGEST, fleet));
      rows.add(new ReadinessStore.Row(candidate.id(), checks, clock.instant()));
    }
    store.keep(herd, rows);
    // After the verdict, which nobody should wait for on its account.
    reach(herd, members, seen, fleet);
  }

  /** Among all members: of one that is lost, who cannot reach it is what people want to know. */
  private void reach(long herd, List<Instance> members, Map<Long, Member> seen, Fleet fleet)
      throws InterruptedException {
    List<Instance> lost =
        fleet.members(herd).stream()
            .filter(i -> !i.copy() && members.stream().noneMatch(m -> m.id() == i.id()))
            .toList();
    List<Instance> all = Stream.concat(members.stream(), lost.stream()).toList();
    if (all.isEmpty()) {
      return;
    }
    Map<Long, Member> told = new HashMap<>(seen);
    told.putAll(looks.members(lost, fleet, PATIENCE));
    store.keepWays(
        herd, new Connectivity(looks.reach(all, told, fleet), all.size(), clock.instant()));
  }

  private static Member member(Map<Long, Member> seen, Instance instance) {
    return Objects.requireNonNull(seen.get(instance.id()));
  }

  private ReadinessStore.Row without(
      @Nullable Instance primary, Fleet fleet, List<Instance> candidates) {
    Check check =
        primary == null || !(primary.state() instanceof InstanceState.Primary)
            ? Check.failed(
                "the primary is alive",
                primary == null
                    ? "no primary is known"
                    : "%s is %s".formatted(fleet.serverOf(primary).name(), state(primary)),
                "A switch needs one; start it, or fail over if it is lost for good.")
            : Check.failed(
                "the herd has a candidate",
                "no running standby",
                "Add a standby, or start the one that is down.");
    return new ReadinessStore.Row(
        candidates.isEmpty() ? null : candidates.getFirst().id(), List.of(check), clock.instant());
  }

  private static String state(Instance instance) {
    return switch (instance.state()) {
      case InstanceState.Primary p -> "running";
      case InstanceState.Standby s -> "in recovery";
      case InstanceState.Stopped s -> "stopped";
      case InstanceState.Unreachable u -> "unreachable: " + u.reason();
    };
  }

  @Override
  public void destroy() {
    looking.values().forEach(Thread::interrupt);
  }
}
