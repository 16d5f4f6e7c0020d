package io.matriarch.job;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.check.Check;
import io.matriarch.database.Rows;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.job.Preview.PlannedStep;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The door to the engine: previews, submits, cancels and retries jobs. Whatever changes a server
 * comes through here, so it is previewed, authorised, locked, logged and audited.
 */
@Service
public class Jobs {

  private final Catalogue catalogue;
  private final Fleets fleets;
  private final StepCodec codec;
  private final JobStore store;
  private final JobQueries queries;
  private final Access access;
  private final Audit audit;
  private final JdbcClient jdbc;

  Jobs(
      Catalogue catalogue,
      Fleets fleets,
      StepCodec codec,
      JobStore store,
      JobQueries queries,
      Access access,
      Audit audit,
      JdbcClient jdbc) {
    this.catalogue = catalogue;
    this.fleets = fleets;
    this.codec = codec;
    this.store = store;
    this.queries = queries;
    this.access = access;
    this.audit = audit;
    this.jdbc = jdbc;
  }

  /** One target with its plan; the plan is null when its checks refuse. */
  record Planned(TargetPreview preview, @Nullable Plan plan, @Nullable Long herdId) {
    Planned in(int wave) {
      return new Planned(preview.in(wave), plan, herdId);
    }
  }

  /** All targets planned on one fleet. */
  private record Draft(Action action, Options options, List<Planned> targets, String hash) {}

  /** Whom an option of kind MEMBER may name on one target; empty if the action has no such one. */
  @Transactional(readOnly = true)
  public Map<Long, String> members(Action action, Target target) {
    access.require(Role.VIEWER, Scope.everywhere(), "job.preview", "members");
    if (action.options().stream().noneMatch(o -> o.kind() == OptionSpec.Kind.MEMBER)) {
      return Map.of();
    }
    return action.members(target, load(List.of(target), Set.of()));
  }

  /**
   * Servers that an option of kind SERVER may name, of the environment of these targets; empty if
   * the action has no such one.
   */
  @Transactional(readOnly = true)
  public Map<Long, String> servers(Action action, List<Target> targets) {
    access.require(Role.VIEWER, Scope.everywhere(), "job.preview", "servers");
    if (action.options().stream().noneMatch(o -> o.kind() == OptionSpec.Kind.SERVER)) {
      return Map.of();
    }
    Fleet fleet = load(targets, Set.of());
    Set<Long> environments = new HashSet<>();
    targets.forEach(t -> environments.add(Planner.environmentOf(t, fleet)));
    Map<Long, String> lines = new LinkedHashMap<>();
    jdbc.sql(
            """
            select s.server_id, concat_ws(' · ', s.name, s.site) as line, s.environment_id
              from server s
             where s.kind <> 'RDS' and cardinality(s.host_keys) > 0 order by s.name
            """)
        .query(
            rs -> {
              if (environments.contains(Rows.longOf(rs, "environment_id"))) {
                lines.put(rs.getLong("server_id"), rs.getString("line"));
              }
            });
    return lines;
  }

  /**
   * What the request would do now. Changes nothing; any signed-in person may ask.
   *
   * @throws InvalidRequest when the action, an option or a target is unknown
   */
  @Transactional(readOnly = true)
  public Preview preview(JobRequest request) {
    access.require(Role.VIEWER, Scope.everywhere(), "job.preview", request.action().value());
    request.window().require(store.now());
    Draft draft = draft(request);
    return new Preview(
        draft.action().label(),
        draft.targets().stream().map(Planned::preview).toList(),
        draft.hash());
  }

  /**
   * Confirms a job: writes job, runs, plans and audit rows in one transaction and wakes the
   * dispatchers at its commit. Targets whose checks refuse become REFUSED runs.
   *
   * @return the job's id; for a key that was used before, the id of the job it made
   * @throws StalePlan when a plan hash was given and is no longer true
   * @throws InvalidRequest when the action, an option or a target is unknown
   */
  @Transactional
  public long submit(JobRequest request) {
    return submit(request, null);
  }

  private long submit(JobRequest request, @Nullable RetryOf retryOf) {
    Draft draft = draft(request);
    Actor actor =
        access.require(
            draft.action().requires(),
            scope(draft),
            request.action().value(),
            summary(draft.targets()));
    String requestHash = StepCodec.hash(codec.json(identity(request)));
    Optional<Long> earlier = store.byKey(actor, request.idempotencyKey(), requestHash);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    request.window().require(store.now());
    if (request.planHash() != null && !request.planHash().equals(draft.hash())) {
      throw new StalePlan(
          "What would be done now is not what was previewed; nothing was done. Preview again and confirm that plan.");
    }
    long job =
        store.insertJob(
            request,
            draft.action(),
            draft.options(),
            draft.hash(),
            requestHash,
            actor,
            retryOf == null ? null : retryOf.jobId());
    List<Long> intents =
        draft.targets().stream().map(t -> intent(actor, draft, request, t, job)).toList();
    store.insertRuns(
        job, draft.action(), draft.targets(), intents, retryOf == null ? Map.of() : retryOf.runs());
    return job;
  }

  private record RetryOf(long jobId, Map<Target, Long> runs) {}

  /** Everything but the key, so that a key used for another request is noticed. */
  private static Map<String, Object> identity(JobRequest request) {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("action", request.action().value());
    parts.put("targets", request.targets());
    parts.put("options", new java.util.TreeMap<>(request.options()));
    // What is not given adds nothing, so that keys of before it existed hold.
    put(parts, "notBefore", request.window().notBefore());
    put(parts, "notAfter", request.window().notAfter());
    put(parts, "canary", request.waves().canary());
    put(parts, "waveSize", request.waves().size());
    put(parts, "wavePause", request.waves().pause());
    put(parts, "byPriority", request.waves().byPriority() ? "true" : null);
    return parts;
  }

  private static void put(Map<String, Object> parts, String name, @Nullable Object value) {
    if (value != null) {
      parts.put(name, value.toString());
    }
  }

  private long intent(Actor actor, Draft draft, JobRequest request, Planned target, long job) {
    TargetPreview preview = target.preview();
    AuditEntry entry =
        actor
            .entry(draft.action().name().value())
            .on(
                preview.target().kind().name().toLowerCase(java.util.Locale.ROOT),
                preview.name(),
                preview.target().id())
            .plan(preview.refused() ? null : preview.planHash())
            .with("job", job)
            .with("options", draft.options().values());
    Instant notBefore = request.window().notBefore();
    Instant notAfter = request.window().notAfter();
    if (notBefore != null) {
      entry = entry.with("notBefore", notBefore.toString());
    }
    if (notAfter != null) {
      entry = entry.with("notAfter", notAfter.toString());
    }
    return audit.intent(entry);
  }

  private static Scope scope(Draft draft) {
    Set<Long> ids =
        draft.targets().stream()
            .map(t -> t.preview().environmentId())
            .filter(java.util.Objects::nonNull)
            .collect(Collectors.toSet());
    boolean unassigned =
        draft.targets().stream().anyMatch(t -> t.preview().environmentId() == null);
    return unassigned ? Scope.everywhere() : Scope.environments(ids);
  }

  private static String summary(List<Planned> targets) {
    String first = targets.getFirst().preview().name();
    return targets.size() == 1 ? first : "%s and %d more".formatted(first, targets.size() - 1);
  }

  /**
   * Asks a job to stop: runs that have not begun end as CANCELLED now, running ones at their next
   * safe point.
   *
   * @return false when the job has already ended
   */
  @Transactional
  public boolean cancel(long jobId) {
    JobRow job = job(jobId);
    Action action = action(new ActionName(job.action()));
    Actor actor = access.require(action.requires(), scopeOf(jobId), "job.cancel", "job " + jobId);
    if (job.state().isEnded()) {
      return false;
    }
    long intent = audit.intent(actor.entry("job.cancel").on("job", job.label(), jobId));
    store.cancel(jobId, actor.name());
    audit.outcome(intent, io.matriarch.audit.Outcome.SUCCEEDED, Map.of());
    return true;
  }

  /**
   * Makes a new job of exactly the targets that did not succeed, planned afresh. It begins at once,
   * in the same waves.
   *
   * @return the new job's id
   * @throws InvalidRequest when the job has not ended or nothing of it failed
   */
  @Transactional
  public long retry(long jobId, @Nullable Collection<Long> onlyRuns) {
    JobRow job = job(jobId);
    if (!job.state().isEnded()) {
      throw new InvalidRequest("job %d has not ended yet; cancel it or wait".formatted(jobId));
    }
    Map<Target, Long> failed = new LinkedHashMap<>();
    for (RunRow run : queries.runs(jobId)) {
      if (run.canBeRetried() && (onlyRuns == null || onlyRuns.contains(run.id()))) {
        failed.put(run.target(), run.id());
      }
    }
    if (failed.isEmpty()) {
      throw new InvalidRequest(
          "nothing of job %d can be retried: it succeeded, or is past its point of no return, where what is left is finished by its own actions"
              .formatted(jobId));
    }
    Options options = codec.object(job.options(), Options.class);
    JobRequest request =
        new JobRequest(
            new ActionName(job.action()),
            List.copyOf(failed.keySet()),
            action(new ActionName(job.action())).retried(options, job.confirmedAt()),
            job.parallelism(),
            job.stopAfter(),
            Window.NOW,
            job.waves().fitting(failed.size()),
            null,
            null);
    return submit(request, new RetryOf(jobId, failed));
  }

  private Scope scopeOf(long jobId) {
    List<@Nullable Long> ids =
        jdbc.sql("select distinct environment_id from run where job_id = :job")
            .param("job", jobId)
            .query((rs, n) -> (Long) rs.getObject(1, Long.class))
            .list();
    return ids.isEmpty() || ids.contains(null)
        ? Scope.everywhere()
        : Scope.environments(Set.copyOf(ids));
  }

  private JobRow job(long jobId) {
    return queries
        .job(jobId)
        .orElseThrow(() -> new InvalidRequest("there is no job %d".formatted(jobId)));
  }

  private Action action(ActionName name) {
    return catalogue
        .find(name)
        .orElseThrow(() -> new InvalidRequest("there is no action \"%s\"".formatted(name)));
  }

  private Draft draft(JobRequest request) {
    Action action = action(request.action());
    Options options = Options.of(action.options(), request.options());
    Fleet fleet = load(request.targets(), action.servers(options));
    Map<Long, List<JobStore.Holder>> holders =
        action.mutates() ? store.holders(fleet.herds().keySet()) : Map.of();
    boolean later = request.window().opensAfter(store.now());
    List<Planned> planned = new ArrayList<>();
    for (Target target : request.targets()) {
      planned.add(planned(action, target, fleet, options, holders, later));
    }
    inWaves(planned, request.waves(), fleet);
    String hash =
        StepCodec.hash(
            planned.stream().map(p -> p.preview().planHash()).collect(Collectors.joining("\n")));
    return new Draft(action, options, planned, hash);
  }

  /** Says of each target that is not refused in which wave it is. */
  private static void inWaves(List<Planned> planned, Waves waves, Fleet fleet) {
    List<Integer> priorities =
        planned.stream()
            .filter(one -> one.plan() != null)
            .map(one -> one.herdId() == null ? Integer.MAX_VALUE : fleet.priorityOf(one.herdId()))
            .toList();
    Iterator<Integer> wave = waves.of(priorities).iterator();
    planned.replaceAll(one -> one.plan() == null ? one : one.in(wave.next()));
  }

  private Fleet load(List<Target> targets, Set<Long> servers) {
    Map<TargetKind, List<Long>> ids = new HashMap<>();
    targets.forEach(t -> ids.computeIfAbsent(t.kind(), k -> new ArrayList<>()).add(t.id()));
    ids.computeIfAbsent(TargetKind.SERVER, k -> new ArrayList<>()).addAll(servers);
    return fleets.load(
        ids.getOrDefault(TargetKind.INSTANCE, List.of()),
        ids.getOrDefault(TargetKind.HERD, List.of()),
        ids.getOrDefault(TargetKind.SERVER, List.of()));
  }

  private Planned planned(
      Action action,
      Target target,
      Fleet fleet,
      Options options,
      Map<Long, List<JobStore.Holder>> holders,
      boolean later) {
    if (!action.targets().contains(target.kind())) {
      throw new InvalidRequest(
          "%s is not for a target of kind %s".formatted(action.name(), target.kind()));
    }
    String name =
        Planner.nameOf(target, fleet)
            .orElseThrow(
                () ->
                    new InvalidRequest(
                        "there is no %s with id %d"
                            .formatted(
                                target.kind().name().toLowerCase(java.util.Locale.ROOT),
                                target.id())));
    Long herd = Planner.herdOf(target, fleet);
    List<Check> checks = new ArrayList<>(action.checks(target, fleet, options));
    if (herd != null) {
      holders.getOrDefault(herd, List.of()).forEach(h -> checks.add(h.check(later)));
    }
    boolean refused = checks.stream().anyMatch(c -> Planner.refuses(c, options));
    Plan plan =
        refused ? null : Planner.complete(action.plan(target, fleet, options), target, fleet);
    String hash = plan == null ? "refused" : StepCodec.hash(codec.write(plan));
    return new Planned(
        new TargetPreview(
            target,
            name,
            Planner.environmentOf(target, fleet),
            List.copyOf(checks),
            refused,
            plan == null ? List.of() : lines(plan),
            hash,
            null),
        plan,
        herd);
  }

  private static List<PlannedStep> lines(Plan plan) {
    List<PlannedStep> lines = new ArrayList<>();
    for (int i = 0; i < plan.entries().size(); i++) {
      Plan.Entry entry = plan.entries().get(i);
      lines.add(line(StepKind.STEP, entry.step(), plan.isPastPoint(i)));
      if (entry.onFailure() != null) {
        lines.add(line(StepKind.ON_FAILURE, entry.onFailure(), plan.isPastPoint(i)));
      }
      if (entry.always() != null) {
        lines.add(line(StepKind.ALWAYS, entry.always(), plan.isPastPoint(i)));
      }
    }
    if (plan.last() != null) {
      lines.add(line(StepKind.LAST, plan.last(), false));
    }
    return lines;
  }

  private static PlannedStep line(StepKind kind, Step step, boolean pastPoint) {
    return new PlannedStep(kind, step.describe(), step.commands(), pastPoint);
  }
}
