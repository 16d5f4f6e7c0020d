package io.matriarch.remote;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.channel.OpenFailException;

/**
 * Runs commands over kept-alive SSH connections to hosts whose keys are pinned. No terminal, no
 * forwarding. A command is sent once; only a connection that broke before that is opened again.
 */
public final class SshShell implements Shell, AutoCloseable {

  /** Linux takes no single argument longer than 128 kB, and a shell gets all of ours as one. */
  private static final int LONGEST_COMMAND = 120_000;

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final SshLimits limits;
  private final SshConnections connections;

  public SshShell(SshIdentity identity, SshLimits limits) {
    this.limits = limits;
    connections = new SshConnections(new SshConnector(identity, limits), limits);
  }

  @Override
  public CommandResult run(Host host, Command command, OutputSink sink)
      throws ShellUnavailable, InterruptedException {
    Opened opened = channel(host, command);
    try {
      return run(host, command, sink, opened);
    } finally {
      opened.giveBack();
    }
  }

  @Override
  public RemoteSession open(Host host, Command command)
      throws ShellUnavailable, InterruptedException {
    Opened opened = channel(host, command);
    KeptCommand kept = new KeptCommand(host, command, opened.channel(), limits, opened::giveBack);
    kept.start();
    return kept;
  }

  /** A channel on a connection of which a session was taken. */
  private record Opened(HostConnections ofHost, SshConnection connection, ExecChannel channel) {
    void giveBack() {
      ofHost.giveBack(connection);
    }

    /** The command may hang there for ever and count among the sessions of this connection. */
    void retire() {
      ofHost.retire(connection);
    }
  }

  private Opened channel(Host host, Command command) throws ShellUnavailable, InterruptedException {
    refuseOverlong(host, command);
    HostConnections ofHost = connections.of(host);
    long deadline = System.nanoTime() + limits.queue().toNanos();
    boolean reopened = false;
    while (true) {
      SshConnection connection = ofHost.take();
      boolean opened = false;
      try {
        ExecChannel channel = connection.open();
        opened = true;
        return new Opened(ofHost, connection, channel);
      } catch (OpenFailException e) {
        ofHost.limitToOthers(connection);
        if (System.nanoTime() - deadline > 0) {
          throw noSession(host, e);
        }
      } catch (SSHException e) {
        // Others may still use it; if it is broken they learn it themselves.
        ofHost.retire(connection);
        throwIfInterrupted(e);
        if (reopened) {
          throw lostBefore(host, command, e);
        }
        reopened = true;
      } finally {
        if (!opened) {
          ofHost.giveBack(connection);
        }
      }
      // The host may not have noticed yet that an earlier session has ended.
      Thread.sleep(PAUSE);
    }
  }

  @Override
  public void close() {
    connections.close();
  }

  private CommandResult run(Host host, Command command, OutputSink sink, Opened opened)
      throws ShellUnavailable, InterruptedException {
    ExecChannel channel = opened.channel();
    boolean ended = false;
    try {
      CommandResult result = new RemoteProcess(host, command, channel, sink, limits).run();
      ended = true;
      return result;
    } finally {
      if (!ended) {
        opened.retire();
      }
      if (!channel.closed().isDone()) {
        Thread.ofVirtual().name("ssh-close-channel").start(() -> closeQuietly(channel));
      }
    }
  }

  private static void closeQuietly(ExecChannel channel) {
    try {
      channel.close();
    } catch (SSHException e) {
      // The connection is lost, and the channel with it.
    }
  }

  /** The library hides an interruption in its own exception. */
  private static void throwIfInterrupted(SSHException e) throws InterruptedException {
    if (Thread.interrupted()) {
      InterruptedException interrupted = new InterruptedException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static void refuseOverlong(Host host, Command command) throws ShellUnavailable {
    int length = command.shellText().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_COMMAND) {
      throw new ShellUnavailable(
          Reason.LIMIT,
          "A command of "
              + length
              + " bytes for "
              + SshConnector.place(host)
              + " was not sent; a host takes "
              + LONGEST_COMMAND
              + " at most; nothing was run; pass the rest by standard input.",
          null);
    }
  }

  private static ShellUnavailable noSession(Host host, SSHException e) {
    return new ShellUnavailable(
        Reason.LIMIT,
        SshConnector.place(host)
            + " let us in but opened no session ("
            + e.getMessage()
            + "); nothing was run; check MaxSessions of its sshd.",
        e);
  }

  private static ShellUnavailable lostBefore(Host host, Command command, SSHException e) {
    return new ShellUnavailable(
        Reason.CONNECT_FAILED,
        "The connection to "
            + SshConnector.place(host)
            + " was lost twice before "
            + command.display()
            + " was sent ("
            + e.getMessage()
            + "); nothing was run; look at sshd there.",
        e);
  }
}
