package io.matriarch.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Inserts one number after the other, through a pooler or directly, and knows what became of it.
 */
final class Client {

  private static final long QUERY_WAIT = 120 * Schedule.SECOND;
  private static final long PATIENCE = 15 * Schedule.SECOND;

  private final Herd herd;
  private final Machine machine;
  private final @Nullable Pooler pooler;
  private final long pace;
  private final long[] next;
  private boolean stopped;

  /**
   * @param machine where it runs; that of the pooler, if it uses one
   * @param next the next number, shared by all clients
   */
  Client(Herd herd, Machine machine, @Nullable Pooler pooler, long pace, long[] next) {
    this.herd = herd;
    this.machine = machine;
    this.pooler = pooler;
    this.pace = pace;
    this.next = next;
  }

  private Schedule schedule() {
    return machine.schedule;
  }

  void start() {
    schedule().after(schedule().between(pace / 2, pace * 3 / 2), this::insert);
  }

  void stop() {
    stopped = true;
  }

  private void insert() {
    if (stopped) {
      return;
    }
    long value = next[0]++;
    if (!machine.isUp() || machine.isFrozen()) {
      failed();
    } else if (pooler == null) {
      Instance writer =
          herd.writers().stream()
              .filter(w -> herd.network.both(machine.name, w.machine.name))
              .findFirst()
              .orElse(null);
      send(value, writer, schedule().now());
    } else {
      throughPooler(pooler, value, schedule().now());
    }
  }

  private void throughPooler(Pooler through, long value, long since) {
    if (!through.up || schedule().now() - since > QUERY_WAIT) {
      failed();
    } else if (through.paused) {
      boolean[] served = new boolean[1];
      through.queue.add(
          () -> {
            if (!served[0]) {
              served[0] = true;
              throughPooler(through, value, since);
            }
          });
      // query_wait_timeout; a pooler that goes takes its queue along.
      schedule()
          .after(
              QUERY_WAIT,
              () -> {
                if (!served[0]) {
                  served[0] = true;
                  failed();
                }
              });
    } else {
      send(value, herd.at(through.target), since);
    }
  }

  private void send(long value, @Nullable Instance server, long since) {
    if (pooler != null) {
      pooler.busy++;
    }
    boolean reached = server != null && herd.network.both(machine.name, server.machine.name);
    if (server == null || !reached) {
      schedule().after(5 * Schedule.SECOND, () -> done(() -> retryOrFail(value, since)));
    } else {
      schedule()
          .after(
              schedule().between(100, 1500),
              () -> server.machine.after(0, () -> arrive(value, server, since)));
      watchSilence(value, server);
    }
  }

  /** A host that froze or crashed before the statement arrived never answers. */
  private void watchSilence(long value, Instance server) {
    int boot = server.machine.boot();
    schedule()
        .after(
            PATIENCE,
            () -> {
              if (pending == value
                  && (server.machine.isFrozen()
                      || !server.machine.isUp()
                      || boot != server.machine.boot())) {
                pending = -1;
                done(() -> indeterminate(value));
              }
            });
    pending = value;
  }

  private long pending = -1;

  private void arrive(long value, Instance server, long since) {
    if (pending != value) {
      // The client has given up; the server does it all the same.
      if (server.acceptsWrites() && herd.network.open(machine.name, server.machine.name)) {
        server.insert(value);
      }
      return;
    }
    pending = -1;
    if (!server.isRunning()
        || server.refuses
        || !herd.network.open(machine.name, server.machine.name)) {
      done(() -> retryOrFail(value, since));
    } else if (server.inRecovery) {
      done(this::failed);
    } else {
      server.insert(value);
      Sent sent = new Sent(value, server, server.life(), server.wal.size(), schedule().now());
      schedule().after(schedule().between(100, 1500), () -> answer(sent));
    }
  }

  /**
   * A row that was written, and perhaps waits for standbys.
   *
   * @param records how many the server had with it
   */
  private record Sent(long value, Instance server, int life, int records, long since) {}

  private void answer(Sent sent) {
    Instance server = sent.server();
    boolean alive = server.life() == sent.life() && server.machine.isUp();
    boolean secured = server.isSecured(sent.records());
    if (alive
        && secured
        && !server.machine.isFrozen()
        && herd.network.open(server.machine.name, machine.name)) {
      done(() -> acknowledged(sent));
    } else if (!alive
        || (!secured && !server.isRunning())
        || schedule().now() - sent.since() > PATIENCE) {
      // A shutdown ends the wait for standbys, and the session with it.
      done(() -> indeterminate(sent.value()));
    } else {
      schedule().after(secured ? Schedule.SECOND : 10 * Schedule.MILLI, () -> answer(sent));
    }
  }

  private void retryOrFail(long value, long since) {
    if (pooler != null && schedule().now() - since < 20 * Schedule.SECOND) {
      schedule().after(500 * Schedule.MILLI, () -> throughPooler(pooler, value, since));
    } else {
      failed();
    }
  }

  private void done(Runnable outcome) {
    if (pooler != null && pooler.busy > 0) {
      pooler.busy--;
    }
    outcome.run();
  }

  private void acknowledged(Sent sent) {
    herd.acknowledged(sent.value(), sent.server(), sent.records());
    start();
  }

  private void indeterminate(long value) {
    herd.indeterminate.add(value);
    start();
  }

  private void failed() {
    herd.failed++;
    start();
  }
}
