package io.matriarch.watch;

import io.matriarch.check.FailureAnalysis;
import io.matriarch.check.FailureAnalysis.Verdict;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Observer;
import io.matriarch.postgres.Ping;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Asks every primary at its port whether it answers, again and again, and examines at once those
 * that do not. A port that never answered may be closed to this console, or its primary was lost
 * before this console began: it is examined now and then.
 */
@Component
class FailureWatch {

  private static final Logger log = LoggerFactory.getLogger(FailureWatch.class);
  private static final Duration AGAIN = Duration.ofSeconds(3);

  /** Of ports that never answered. */
  private static final Duration NOW_AND_THEN = Duration.ofMinutes(10);

  /** Where clients wait for the second look. */
  private static final Duration AGAIN_AT_ONCE = Duration.ofMillis(500);

  private static final Duration AGAIN_AT_LAST = Duration.ofMinutes(1);
  private static final int EXAMINED_AT_ONCE = 64;
  private static final int PER_SECOND = 1_000;

  /** A dispute may be a moment of our own network; an alarm for each would be ignored soon. */
  private static final int DISPUTES = 3;

  private final JdbcClient jdbc;
  private final Fleets fleets;
  private final FailureLook looks;
  private final Failures failures;
  private final ProblemWatch problems;
  private final Observer observer;
  private final Turns turns;
  private final Clock clock;
  private final Pings pings;
  private final AtomicBoolean running = new AtomicBoolean();
  private final Set<Long> examining = ConcurrentHashMap.newKeySet();
  private final Set<Long> answered = ConcurrentHashMap.newKeySet();
  private final Map<Long, Instant> strange = new ConcurrentHashMap<>();
  private final Semaphore examinations = new Semaphore(EXAMINED_AT_ONCE);
  private final Map<Long, Failing> failing = new ConcurrentHashMap<>();
  private final Map<Long, Integer> disputes = new ConcurrentHashMap<>();

  FailureWatch(
      JdbcClient jdbc,
      Fleets fleets,
      FailureLook looks,
      Failures failures,
      ProblemWatch problems,
      Observer observer,
      Turns turns,
      Pings pings,
      Clock clock) {
    this.jdbc = jdbc;
    this.fleets = fleets;
    this.looks = looks;
    this.failures = failures;
    this.problems = problems;
    this.observer = observer;
    this.turns = turns;
    this.pings = pings;
    this.clock = clock;
  }

  /**
   * A primary to ask.
   *
   * @param serves whether the inventory says that it runs as a primary
   * @param failed whether it was examined and found not to serve
   * @param automatic whether a standby takes over by itself once that is certain
   */
  record Asked(
      long herdId,
      long instanceId,
      String address,
      int port,
      boolean serves,
      boolean failed,
      boolean automatic) {}

  /** A herd whose primary was examined and does not serve. */
  private record Failing(Instant since, Instant examined) {

    /** The older the news, the less often it is looked at. */
    Instant due(boolean automatic) {
      Duration least = automatic ? AGAIN_AT_ONCE : AGAIN;
      Duration tenth = Duration.between(since, examined).dividedBy(10);
      Duration pause = tenth.compareTo(least) < 0 ? least : tenth;
      return examined.plus(pause.compareTo(AGAIN_AT_LAST) < 0 ? pause : AGAIN_AT_LAST);
    }
  }

  @Scheduled(fixedDelay = 250, initialDelay = 5_000)
  void ifDue() {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("failure-round").start(this::round);
    }
  }

  private void round() {
    try {
      if (turns.take("failure", interval())) {
        askAll(primaries());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("Primaries could not be asked and are asked again: {}", e.toString());
    } finally {
      running.set(false);
    }
  }

  private Duration interval() {
    return jdbc.sql(
            """
            select greatest(extract(epoch from value::interval), 0.25,
                            (select count(*) from instance where role = 'primary')::numeric / :most)
              from setting where name = 'failure.interval'
            """)
        .param("most", PER_SECOND)
        .query((rs, n) -> Duration.ofMillis(Math.round(rs.getDouble(1) * 1000)))
        .single();
  }

  /** Herds on which a run is at work are left to it: it stops and starts primaries on purpose. */
  List<Asked> primaries() {
    return jdbc.sql(
            """
            select i.herd_id, i.instance_id, s.address, coalesce(i.port, i.configured_port, 5432) as port,
                   i.state = 'primary' as serves, f.herd_id is not null as failed,
                   exists (select from automatic_failover a where a.herd_id = i.herd_id) as automatic
              from instance i join server s using (server_id)
              left join failure f on f.primary_id = i.instance_id
             where i.role = 'primary' and not i.copy and i.missing_since is null
               and (i.state = 'primary'
                    or not exists (select from instance o where o.herd_id = i.herd_id
                                      and o.state = 'primary' and not o.copy))
               and not exists (select from herd_lock l where l.herd_id = i.herd_id)
            """)
        .query(
            (rs, n) ->
                new Asked(
                    rs.getLong(1),
                    rs.getLong(2),
                    rs.getString(3),
                    rs.getInt(4),
                    rs.getBoolean(5),
                    rs.getBoolean(6),
                    rs.getBoolean(7)))
        .list();
  }

  private void askAll(List<Asked> primaries) throws InterruptedException {
    failures.forgetAllBut(primaries.stream().map(Asked::instanceId).toList());
    pings.all(
        primaries.stream()
            .map(
                primary ->
                    (Callable<Boolean>)
                        () -> {
                          ask(primary);
                          return true;
                        })
            .toList());
  }

  private void ask(Asked primary) {
    boolean answers = Pings.one(primary.address(), primary.port()) == Ping.ANSWERS;
    if (answers) {
      answered.add(primary.instanceId());
      if (primary.serves() && !primary.failed()) {
        failing.remove(primary.herdId());
      }
    }
    boolean unheard = !answered.contains(primary.instanceId());
    boolean known = primary.failed() || !primary.serves();
    boolean news = primary.failed() == answers && !unheard;
    boolean stranger = unheard && !known && !answers && isTimeFor(primary.instanceId());
    if ((news || stranger || known && isDue(primary)) && examining.add(primary.herdId())) {
      Thread.ofVirtual().name("failure-" + primary.herdId()).start(() -> examine(primary));
    }
  }

  /** Of one that is closed to this console, nothing but its end can be told. */
  private boolean isStranger(Asked primary) {
    return primary.serves() && !primary.failed() && !answered.contains(primary.instanceId());
  }

  private boolean isTimeFor(long neverAnswered) {
    Instant now = clock.instant();
    Instant last = strange.get(neverAnswered);
    if (last != null && now.isBefore(last.plus(NOW_AND_THEN))) {
      return false;
    }
    strange.put(neverAnswered, now);
    return true;
  }

  private boolean isDue(Asked primary) {
    Failing known = failing.get(primary.herdId());
    return known == null || !clock.instant().isBefore(known.due(primary.automatic()));
  }

  private void examine(Asked primary) {
    boolean admitted = false;
    try {
      examinations.acquire();
      admitted = true;
      Fleet fleet = fleets.load(List.of(), List.of(primary.herdId()), List.of());
      Optional<Instance> instance = fleet.instance(primary.instanceId());
      if (instance.isEmpty()) {
        return;
      }
      Instant began = clock.instant();
      FailureAnalysis found = looks.examine(instance.get(), fleet);
      if (isStranger(primary) && found.verdict() != Verdict.DEAD) {
        return;
      }
      if (found.verdict() == Verdict.SERVING) {
        failing.remove(primary.herdId());
      } else {
        Instant ended = clock.instant();
        failing.merge(
            primary.herdId(),
            new Failing(began, ended),
            (first, last) -> new Failing(first.since(), ended));
      }
      boolean news = conclude(primary, found);
      boolean differs = primary.serves() != (found.verdict() == Verdict.SERVING);
      // Whoever sees the alarm may act at once, and checks read the inventory.
      if (differs && (found.verdict() == Verdict.DEAD || found.verdict() == Verdict.UNREACHABLE)) {
        observer.lost(primary.instanceId(), found.summary(), began);
      }
      if (news) {
        problems.refresh();
      }
      if (differs) {
        observeAll(primary.herdId(), fleet);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("Herd {} could not be examined and is again: {}", primary.herdId(), e.toString());
    } finally {
      if (admitted) {
        examinations.release();
      }
      examining.remove(primary.herdId());
    }
  }

  /** Beside the next look: a host that is cut off takes its time. */
  private void observeAll(long herd, Fleet fleet) {
    List<Long> members = fleet.members(herd).stream().map(Instance::id).toList();
    Thread.ofVirtual().name("observe-" + herd).start(() -> observer.observe(members));
  }

  /** Whether something changed that people should see. */
  private boolean conclude(Asked primary, FailureAnalysis found) {
    if (found.verdict() != Verdict.DISPUTED) {
      disputes.remove(primary.herdId());
    } else if (disputes.merge(primary.herdId(), 1, Integer::sum) < DISPUTES) {
      return false;
    }
    return switch (found.verdict()) {
      case SERVING, STOPPED -> failures.forget(primary.herdId());
      case DEAD, UNREACHABLE, HUNG, DISPUTED ->
          failures.keep(primary.herdId(), primary.instanceId(), found);
    };
  }
}
