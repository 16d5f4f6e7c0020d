package io.matriarch.remote;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All connections to all hosts: their number is limited, idle and broken ones are closed. */
final class SshConnections implements AutoCloseable {

  private final SshConnector connector;
  private final SshLimits limits;
  private final Semaphore permits;
  private final Map<Peer, HostConnections> hosts = new ConcurrentHashMap<>();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ssh-keepalive").factory());

  /** What a connection depends on: another key or user needs another connection. */
  private record Peer(
      String name, String address, int port, String user, List<String> pinnedKeys) {}

  SshConnections(SshConnector connector, SshLimits limits) {
    this.connector = connector;
    this.limits = limits;
    permits = new Semaphore(limits.connections());
    long millis = limits.keepAlive().toMillis();
    var unused = sweeper.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
  }

  HostConnections of(Host host) {
    Peer peer = new Peer(host.name(), host.address(), host.port(), host.user(), host.pinnedKeys());
    return hosts.computeIfAbsent(peer, none -> new HostConnections(host, limits, this));
  }

  /** Takes one of the permitted connections, from a host that needs it least if need be. */
  SshConnection connect(Host host) throws ShellUnavailable {
    permit(host);
    boolean connected = false;
    try {
      SshConnection connection = connector.connect(host);
      connected = true;
      return connection;
    } finally {
      if (!connected) {
        permits.release();
      }
    }
  }

  void released() {
    permits.release();
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    hosts.values().forEach(HostConnections::closeAll);
  }

  private void permit(Host host) throws ShellUnavailable {
    long deadline = System.nanoTime() + limits.queue().toNanos();
    try {
      while (!permits.tryAcquire()) {
        evict();
        if (permits.tryAcquire(100, TimeUnit.MILLISECONDS)) {
          return;
        }
        if (System.nanoTime() - deadline > 0) {
          throw busy(host, null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy(host, e);
    }
  }

  /** Closes the connection that has been unused for longest, if any is unused. */
  private void evict() {
    HostConnections owner = null;
    SshConnection oldest = null;
    for (HostConnections host : hosts.values()) {
      SshConnection candidate = host.longestUnused();
      if (candidate != null && (oldest == null || candidate.unusedBefore(oldest))) {
        owner = host;
        oldest = candidate;
      }
    }
    if (owner != null && oldest != null) {
      owner.dropIfUnused(oldest);
    }
  }

  private void sweep() {
    long idleBefore = System.nanoTime() - limits.idle().toNanos();
    hosts.values().forEach(host -> host.sweep(idleBefore));
  }

  private ShellUnavailable busy(Host host, @Nullable InterruptedException cause) {
    return new ShellUnavailable(
        Reason.LIMIT,
        "No connection to "
            + SshConnector.place(host)
            + " was tried: all "
            + limits.connections()
            + " that matriarch.ssh.connections permits were busy; nothing was run; try again, or"
            + " raise the limit.",
        cause);
  }
}
