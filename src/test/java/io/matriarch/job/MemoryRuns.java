package io.matriarch.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@link JdbcRuns} keeps in our database, in memory: the same conditions on attempts, locks,
 * fences and heartbeats, by a clock in milliseconds that the simulator owns. One view per console.
 */
public final class MemoryRuns {

  /** How a console's call gets to the database and back; it may not come back. */
  public interface Door {
    <T> T through(String what, Supplier<T> effect);
  }

  /** What must go wrong for a test of the simulator itself. */
  public enum Flaw {
    POINT_NOT_STORED,
    AUDIT_SKIPPED
  }

  static final Door OPEN =
      new Door() {
        @Override
        public <T> T through(String what, Supplier<T> effect) {
          return effect.get();
        }
      };

  private final LongSupplier millis;
  private final EngineLimits limits;
  private final Map<Long, Row> rows = new TreeMap<>();
  private long batches;
  private final Map<Long, Long> fences = new TreeMap<>();
  private final Map<Long, Long> locks = new TreeMap<>();
  private final Set<Flaw> flaws = new TreeSet<>();

  public MemoryRuns(LongSupplier millis) {
    this(millis, standardLimits());
  }

  MemoryRuns(LongSupplier millis, EngineLimits limits) {
    this.millis = millis;
    this.limits = limits;
  }

  static EngineLimits standardLimits() {
    return new EngineLimits(
        200,
        4,
        0,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(15),
        Duration.ofMinutes(15),
        Duration.ofSeconds(60));
  }

  public void plant(Flaw flaw) {
    flaws.add(flaw);
  }

  private static final class StepEntry {
    StepState state = StepState.PENDING;
    @Nullable String message;
    long endedAt = -1;
    boolean announced;
    final Map<String, String> proofs = new TreeMap<>();
  }

  /** What the runs of one job have in common. */
  record Batch(long id, Window window, Waves waves, @Nullable Integer stopAfter) {}

  private static final class Row {
    final long id;
    final Batch batch;
    final int wave;
    final ActionName action;
    final Target target;
    final String name;
    final @Nullable Long herd;
    final Options options;
    final String plan;
    final String hash;
    final long confirmedAt;
    final Map<String, StepEntry> steps = new LinkedHashMap<>();
    RunState state = RunState.QUEUED;
    int attempt;
    @Nullable String node;
    long heartbeat;
    long renewedAt;
    @Nullable Long fence;
    boolean pastPoint;
    boolean audited;
    @Nullable RunState outcome;
    String message = "";
    List<String> remainder = List.of();
    boolean cancelled;
    long endedAt;

    Row(
        long id,
        Batch batch,
        int wave,
        ActionName action,
        Target target,
        String name,
        @Nullable Long herd,
        Options options,
        String plan,
        String hash,
        long at) {
      this.id = id;
      this.batch = batch;
      this.wave = wave;
      this.action = action;
      this.target = target;
      this.name = name;
      this.herd = herd;
      this.options = options;
      this.plan = plan;
      this.hash = hash;
      this.confirmedAt = at;
      this.renewedAt = at;
    }
  }

  /** A job to which {@link #insert} adds runs, in their order. */
  Batch batch(Window window, Waves waves, @Nullable Integer stopAfter) {
    return new Batch(++batches, window, waves, stopAfter);
  }

  /** A job of one run that may begin at once. */
  long insert(
      ActionName action,
      Target target,
      String name,
      @Nullable Long herd,
      Options options,
      Plan plan,
      StepCodec codec) {
    Batch alone = batch(Window.NOW, Waves.ONE, null);
    return insert(alone, action, target, name, herd, options, plan, codec);
  }

  /** Run, steps and the intent in the audit trail, as one transaction writes them. */
  long insert(
      Batch batch,
      ActionName action,
      Target target,
      String name,
      @Nullable Long herd,
      Options options,
      Plan plan,
      StepCodec codec) {
    String text = codec.write(plan);
    long id = rows.size() + 1L;
    Row row =
        new Row(
            id,
            batch,
            batch.waves.of(Collections.nCopies((int) of(batch).count() + 1, 0)).getLast(),
            action,
            target,
            name,
            herd,
            options,
            text,
            StepCodec.hash(text),
            millis.getAsLong());
    for (int i = 0; i < plan.entries().size(); i++) {
      Plan.Entry entry = plan.entries().get(i);
      row.steps.put(key(StepKind.STEP, i), new StepEntry());
      if (entry.always() != null) {
        row.steps.put(key(StepKind.ALWAYS, i), new StepEntry());
      }
      if (entry.onFailure() != null) {
        row.steps.put(key(StepKind.ON_FAILURE, i), new StepEntry());
      }
    }
    if (plan.last() != null) {
      row.steps.put(key(StepKind.LAST, 0), new StepEntry());
    }
    row.audited = !flaws.contains(Flaw.AUDIT_SKIPPED);
    rows.put(id, row);
    return id;
  }

  private static String key(StepKind kind, int ordinal) {
    return kind + "/" + ordinal;
  }

  private static void lost(Owned run) {
    throw new OwnershipLost(
        "run %d: attempt %d is no longer the current one".formatted(run.runId(), run.attempt()));
  }

  private Row row(long id) {
    Row row = rows.get(id);
    if (row == null) {
      throw new IllegalArgumentException("no run " + id);
    }
    return row;
  }

  private Stream<Row> of(Batch batch) {
    return rows.values().stream().filter(r -> r.batch.equals(batch));
  }

  /** As {@link RunClaims} asks: its window is open, its confirmation holds, its wave has come. */
  private boolean isDue(Row row) {
    Instant before = row.batch.window.notBefore();
    return (before == null || before.toEpochMilli() <= millis.getAsLong())
        && !isOverdue(row)
        && of(row.batch).filter(r -> r.wave < row.wave).allMatch(r -> isOver(r, row.batch.waves))
        && (row.batch.waves.canary() == null
            || row.wave == 1
            || of(row.batch).filter(r -> r.wave == 1).allMatch(r -> r.state == RunState.SUCCEEDED));
  }

  private boolean isOver(Row row, Waves waves) {
    long pause = waves.pause() == null ? 0 : waves.pause().toMillis();
    return row.state.isEnded() && row.endedAt + pause <= millis.getAsLong();
  }

  private boolean isOverdue(Row row) {
    long now = millis.getAsLong();
    Instant before = row.batch.window.notBefore();
    Instant after = row.batch.window.notAfter();
    if (after != null) {
      return after.toEpochMilli() <= now;
    }
    long from = before == null ? row.confirmedAt : Math.max(row.confirmedAt, before.toEpochMilli());
    return from < now - limits.confirmationHolds().toMillis()
        && row.renewedAt < now - limits.renewalHolds().toMillis();
  }

  private void cancelTheRest(Row ended) {
    Batch batch = ended.batch;
    long failures = of(batch).filter(r -> r.state.hasFailed()).count();
    boolean canary = batch.waves.canary() != null && ended.wave == 1;
    boolean enough = batch.stopAfter != null && failures >= batch.stopAfter;
    if (ended.state == RunState.SUCCEEDED || !(canary || enough)) {
      return;
    }
    of(batch)
        .filter(r -> r.state == RunState.QUEUED)
        .forEach(
            r ->
                endAs(
                    r,
                    RunState.CANCELLED,
                    canary
                        ? "Not begun: the canary %s did not succeed.".formatted(ended.name)
                        : "Not begun: the job was to stop after failures."));
  }

  private void endAs(Row row, RunState state, String message) {
    row.state = state;
    row.outcome = state;
    row.message = message;
    row.endedAt = millis.getAsLong();
  }

  public boolean allEnded() {
    return rows.values().stream().allMatch(r -> r.state.isEnded());
  }

  public RunState state(long run) {
    return row(run).state;
  }

  public String message(long run) {
    return row(run).message;
  }

  public List<String> remainder(long run) {
    return row(run).remainder;
  }

  public boolean pastPoint(long run) {
    return row(run).pastPoint;
  }

  public int attempt(long run) {
    return row(run).attempt;
  }

  /** Whether the audit trail holds the intent of the run, and the outcome once it has ended. */
  public boolean isAudited(long run) {
    Row row = row(run);
    return row.audited && (!row.state.isEnded() || row.state == row.outcome);
  }

  /** Whether the trail and the run's steps say that the step is being done. */
  public boolean isAnnounced(long run, String kind, int ordinal) {
    StepEntry step = row(run).steps.get(kind + "/" + ordinal);
    return row(run).audited && step != null && (step.announced || step.state == StepState.RUNNING);
  }

  /** A person asks the job to stop. */
  public void cancel(long run) {
    Row row = row(run);
    if (row.state == RunState.QUEUED) {
      endAs(row, RunState.CANCELLED, "Cancelled before it began; nothing was done.");
    } else {
      row.cancelled = true;
    }
  }

  /** What one console sees; {@code door} is in front of what a run's own thread calls. */
  Runs view(String node, Door door) {
    return new View(node, door);
  }

  private final class View implements Runs {

    private final String node;
    private final Door door;

    View(String node, Door door) {
      this.node = node;
      this.door = door;
    }

    @Override
    public List<Owned> claim(int limit) {
      List<Owned> claimed = new ArrayList<>();
      for (Row row : rows.values()) {
        boolean free = row.herd == null || !locks.containsKey(row.herd);
        if (claimed.size() < limit
            && row.state == RunState.QUEUED
            && !row.cancelled
            && free
            && isDue(row)) {
          if (row.herd != null) {
            locks.put(row.herd, row.id);
          }
          row.state = RunState.RUNNING;
          claimed.add(take(row, false));
        }
      }
      return claimed;
    }

    private Owned take(Row row, boolean takenOver) {
      row.attempt++;
      row.node = node;
      row.heartbeat = millis.getAsLong();
      row.fence = row.herd == null ? null : fences.merge(row.herd, 1L, Long::sum);
      return new Owned(
          row.id,
          row.batch.id,
          row.attempt,
          row.action,
          row.target,
          row.name,
          row.herd,
          row.fence,
          row.options,
          row.plan,
          row.hash,
          row.pastPoint,
          takenOver);
    }

    @Override
    public List<Owned> takeOver(Set<Long> mine, boolean formerLife) {
      long dead = millis.getAsLong() - limits.takeOverAfter().toMillis();
      return rows.values().stream()
          .filter(r -> r.state == RunState.RUNNING && !mine.contains(r.id))
          .filter(r -> r.heartbeat < dead || (formerLife && node.equals(r.node)))
          .map(r -> take(r, true))
          .toList();
    }

    @Override
    public Set<Long> heartbeat(Collection<Owned> owned) {
      Set<Long> ours = new TreeSet<>();
      for (Owned run : owned) {
        Row row = row(run.runId());
        if (row.attempt == run.attempt() && row.state == RunState.RUNNING) {
          row.heartbeat = millis.getAsLong();
          ours.add(row.id);
        }
      }
      return ours;
    }

    @Override
    public void expireAndRenew() {
      long now = millis.getAsLong();
      for (Row row : rows.values()) {
        if (row.state != RunState.QUEUED) {
          continue;
        }
        if (isOverdue(row)) {
          Instant after = row.batch.window.notAfter();
          endAs(
              row,
              RunState.REFUSED,
              after == null
                  ? "Confirmed %d s ago, and no console was there to run it in time; nothing was done. Confirm it again."
                      .formatted((now - row.confirmedAt) / 1000)
                  : "Its window closed at %s before its turn came; nothing was done."
                      .formatted(after));
        } else if (row.renewedAt < now - limits.renewalHolds().toMillis() / 3) {
          row.renewedAt = now;
        }
      }
    }

    @Override
    public boolean tell(Owned run, StepKind kind, int ordinal, String what, long done, long total) {
      return door.through("tell " + what, () -> write(run, List.of()));
    }

    @Override
    public List<Stored> steps(long runId) {
      return door.through("progress", () -> progressNow(runId));
    }

    private List<Stored> progressNow(long runId) {
      List<Stored> found = new ArrayList<>();
      new TreeMap<>(row(runId).steps)
          .forEach(
              (key, step) -> {
                int slash = key.indexOf('/');
                found.add(
                    new Stored(
                        StepKind.valueOf(key.substring(0, slash)),
                        Integer.parseInt(key.substring(slash + 1)),
                        step.state,
                        step.message));
              });
      found.sort(
          java.util.Comparator.comparing((Stored p) -> p.kind().name())
              .thenComparing(Stored::ordinal));
      return found;
    }

    @Override
    public boolean mark(Owned run, List<Mark> marks, List<Line> lines) {
      return door.through("mark " + shown(marks), () -> write(run, marks));
    }

    private static String shown(List<Mark> marks) {
      StringBuilder text = new StringBuilder();
      marks.forEach(
          m -> text.append(m.kind()).append(m.ordinal()).append('=').append(m.state()).append(' '));
      return text.toString().strip();
    }

    private boolean write(Owned run, List<Mark> marks) {
      Row row = row(run.runId());
      boolean known = marks.stream().allMatch(m -> row.steps.containsKey(key(m)));
      if (row.attempt != run.attempt() || !known) {
        lost(run);
      }
      for (Mark mark : marks) {
        StepEntry step = entry(row, key(mark));
        step.state = mark.state();
        step.message = mark.message();
        boolean ended = mark.state() != StepState.PENDING && mark.state() != StepState.RUNNING;
        step.endedAt = ended ? millis.getAsLong() : -1;
      }
      return row.cancelled;
    }

    private static String key(Mark mark) {
      return MemoryRuns.key(mark.kind(), mark.ordinal());
    }

    private static StepEntry entry(Row row, String key) {
      return java.util.Objects.requireNonNull(row.steps.get(key));
    }

    @Override
    public void passPoint(Owned run, List<Integer> awaited, List<Mark> marks, List<Line> lines) {
      door.through(
          "pass the point",
          () -> {
            requireRunning(run);
            if (!flaws.contains(Flaw.POINT_NOT_STORED)) {
              row(run.runId()).pastPoint = true;
            }
            awaited.forEach(
                n -> entry(row(run.runId()), MemoryRuns.key(StepKind.STEP, n)).announced = true);
            return write(run, marks);
          });
    }

    private void requireRunning(Owned run) {
      Row row = row(run.runId());
      if (row.attempt != run.attempt() || row.state != RunState.RUNNING) {
        lost(run);
      }
    }

    @Override
    public void keepProof(Owned run, StepKind kind, int ordinal, String name, String value) {
      door.through(
          "keep the proof of " + name,
          () -> {
            Row row = row(run.runId());
            StepEntry step = row.steps.get(MemoryRuns.key(kind, ordinal));
            if (row.attempt != run.attempt() || step == null) {
              lost(run);
            } else {
              step.proofs.put(name, value);
            }
            return true;
          });
    }

    @Override
    public Optional<String> findProof(long runId, String name) {
      return door.through("find the proof of " + name, () -> proofNow(runId, name));
    }

    /** The latest: one of a step that has not ended comes first, then the one that ended last. */
    private Optional<String> proofNow(long runId, String name) {
      String found = null;
      long best = Long.MIN_VALUE;
      int ordinal = -1;
      for (Map.Entry<String, StepEntry> e : row(runId).steps.entrySet()) {
        String value = e.getValue().proofs.get(name);
        if (value == null) {
          continue;
        }
        long at = e.getValue().endedAt < 0 ? Long.MAX_VALUE : e.getValue().endedAt;
        int number = Integer.parseInt(e.getKey().substring(e.getKey().indexOf('/') + 1));
        if (at > best || (at == best && number > ordinal)) {
          found = value;
          best = at;
          ordinal = number;
        }
      }
      return Optional.ofNullable(found);
    }

    @Override
    public void end(
        Owned run,
        RunState state,
        String message,
        List<String> remainder,
        List<Mark> marks,
        List<Line> lines) {
      door.through(
          "end as " + state + (message.isEmpty() ? "" : ": " + message),
          () -> {
            requireRunning(run);
            write(run, marks);
            Row row = row(run.runId());
            endAs(row, state, message);
            row.remainder = List.copyOf(remainder);
            locks.values().removeIf(holder -> holder == row.id);
            cancelTheRest(row);
            return true;
          });
    }

    @Override
    public void append(Owned run, List<Line> lines) {
      if (!lines.isEmpty()) {
        write(run, List.of());
      }
    }

    /** Lines of the log are not kept here. */
    @Override
    public void reconcile(long runId, int attempt, List<Line> lines) {}
  }
}
