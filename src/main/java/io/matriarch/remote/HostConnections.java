package io.matriarch.remote;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one host. They are made one at a time, which spares its {@code MaxStartups};
 * everybody who waits for one shares its failure, so a host that does not answer costs each of them
 * one time limit and nobody else anything.
 */
final class HostConnections {

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Host host;
  private final SshLimits limits;
  private final SshConnections all;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<SshConnection> connections = new ArrayList<>();
  private @Nullable Attempt attempt;
  private long noFurtherBefore = System.nanoTime();

  HostConnections(Host host, SshLimits limits, SshConnections all) {
    this.host = host;
    this.limits = limits;
    this.all = all;
  }

  private static final class Attempt {
    private @Nullable ShellUnavailable failure;
  }

  /** A connection with a free session, which is taken; give it back. */
  SshConnection take() throws ShellUnavailable, InterruptedException {
    long deadline = System.nanoTime() + limits.queue().toNanos();
    Attempt joined = null;
    lock.lockInterruptibly();
    try {
      while (true) {
        SshConnection free = free();
        if (free != null) {
          free.take();
          return free;
        }
        if (joined != null && joined.failure != null && counted() == 0) {
          throw joined.failure.again();
        }
        startIfNeeded();
        joined = attempt == null ? joined : attempt;
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw busy();
        }
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  void giveBack(SshConnection connection) {
    lock.lock();
    try {
      if (connection.giveBack()) {
        drop(connection);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** For a connection that refused the session just taken. */
  void limitToOthers(SshConnection connection) {
    lock.lock();
    try {
      connection.limitToOthers();
    } finally {
      lock.unlock();
    }
  }

  void retire(SshConnection connection) {
    lock.lock();
    try {
      connection.retire();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Closes what is broken or has been idle since before that instant; asks the rest. */
  void sweep(long idleBefore) {
    lock.lock();
    try {
      for (SshConnection connection : List.copyOf(connections)) {
        if (connection.unusedSince(idleBefore)) {
          drop(connection);
        } else {
          connection.keepAlive();
        }
      }
      forgetBroken();
    } finally {
      lock.unlock();
    }
  }

  /** The unused connection that was used longest ago, if there is one. */
  @Nullable SshConnection longestUnused() {
    lock.lock();
    try {
      return connections.stream()
          .filter(SshConnection::unused)
          .reduce((a, b) -> b.unusedBefore(a) ? b : a)
          .orElse(null);
    } finally {
      lock.unlock();
    }
  }

  boolean dropIfUnused(SshConnection connection) {
    lock.lock();
    try {
      boolean unused = connection.unused() && connections.contains(connection);
      if (unused) {
        drop(connection);
      }
      return unused;
    } finally {
      lock.unlock();
    }
  }

  void closeAll() {
    lock.lock();
    try {
      List.copyOf(connections).forEach(this::drop);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable SshConnection free() {
    forgetBroken();
    return connections.stream().filter(SshConnection::usable).findFirst().orElse(null);
  }

  private void forgetBroken() {
    List.copyOf(connections).stream()
        .filter(connection -> !connection.alive() && connection.unused())
        .forEach(this::drop);
  }

  /** A retired or broken one that still has sessions does not count: it ends with them. */
  private long counted() {
    return connections.stream().filter(SshConnection::counts).count();
  }

  private void startIfNeeded() {
    if (attempt != null || counted() >= limits.connectionsPerHost()) {
      return;
    }
    if (!connections.isEmpty() && System.nanoTime() - noFurtherBefore < 0) {
      return;
    }
    Attempt started = new Attempt();
    attempt = started;
    Thread.ofPlatform().daemon().name("ssh-connect-" + host.name()).start(() -> attempt(started));
  }

  private void attempt(Attempt started) {
    SshConnection made = null;
    ShellUnavailable failure = null;
    try {
      made = all.connect(host);
    } catch (ShellUnavailable e) {
      failure = e;
    } finally {
      finished(started, made, failure);
    }
  }

  private void finished(
      Attempt finished, @Nullable SshConnection made, @Nullable ShellUnavailable failure) {
    lock.lock();
    try {
      attempt = null;
      if (made != null) {
        connections.add(made);
      } else {
        noFurtherBefore = System.nanoTime() + RETRY_NANOS;
        finished.failure = failure != null ? failure : broken();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void drop(SshConnection connection) {
    if (connections.remove(connection)) {
      connection.close();
      all.released();
    }
  }

  private ShellUnavailable broken() {
    return new ShellUnavailable(
        Reason.CONNECT_FAILED,
        "Connecting to "
            + SshConnector.place(host)
            + " ended with an unexpected error, which is in the log of this console; nothing was"
            + " run; try again.",
        null);
  }

  private ShellUnavailable busy() {
    return new ShellUnavailable(
        Reason.LIMIT,
        "No session of "
            + SshConnector.place(host)
            + " became free within "
            + limits.queue().toSeconds()
            + " s; nothing was run; wait for what runs there, or raise matriarch.ssh limits.",
        null);
  }
}
