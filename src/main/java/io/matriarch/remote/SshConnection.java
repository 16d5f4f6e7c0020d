package io.matriarch.remote;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import net.schmizz.concurrent.Promise;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.transport.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated connection. How many sessions it has is kept here and guarded by the lock of its
 * {@link HostConnections}.
 */
final class SshConnection {

  private static final int UNANSWERED = 3;
  private static final long LIMITED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final SSHClient client;
  private final Socket socket;
  private final int limit;
  private int limited;
  private long limitedUntil = System.nanoTime();
  private int sessions;
  private boolean retired;
  private long unusedSince = System.nanoTime();

  private volatile @Nullable Promise<SSHPacket, ConnectionException> question;
  private volatile boolean asking;
  private int unanswered;

  SshConnection(SSHClient client, Socket socket, int limit) {
    this.client = client;
    this.socket = socket;
    this.limit = limit;
  }

  ExecChannel open() throws ConnectionException, TransportException {
    ExecChannel channel = new ExecChannel(client.getConnection());
    channel.open();
    return channel;
  }

  boolean alive() {
    return client.getTransport().isRunning() && !socket.isClosed();
  }

  boolean usable() {
    boolean stillLimited = System.nanoTime() - limitedUntil < 0;
    return !retired && sessions < (stillLimited ? limited : limit) && alive();
  }

  boolean unused() {
    return sessions == 0;
  }

  boolean unusedBefore(SshConnection other) {
    return unusedSince - other.unusedSince < 0;
  }

  /** Whether it has been unused since before that reading of {@link System#nanoTime}. */
  boolean unusedSince(long nanos) {
    return unused() && unusedSince - nanos < 0;
  }

  /** Whether it takes one of the places of its host; one that ends with its sessions does not. */
  boolean counts() {
    return !retired && alive();
  }

  void take() {
    sessions++;
  }

  /** Returns whether the connection has to be closed now. */
  boolean giveBack() {
    sessions--;
    unusedSince = System.nanoTime();
    return sessions == 0 && (retired || !alive());
  }

  /** The host refused the session just taken: for a while it gets no more than the others. */
  void limitToOthers() {
    limited = Math.max(1, sessions - 1);
    limitedUntil = System.nanoTime() + LIMITED_NANOS;
  }

  /** No new sessions: one of the old ones may be stuck on the host and count there. */
  void retire() {
    retired = true;
  }

  /** Asks whether the host is still there, and gives the connection up if it stays silent. */
  void keepAlive() {
    Promise<SSHPacket, ConnectionException> last = question;
    if (asking || (last != null && !last.isFulfilled())) {
      if (++unanswered >= UNANSWERED) {
        abort();
      }
      return;
    }
    unanswered = 0;
    asking = true;
    Thread.ofVirtual().start(this::ask);
  }

  /** May block for as long as the host takes nothing. */
  private void ask() {
    try {
      question =
          client.getConnection().sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
      asking = false;
    } catch (TransportException e) {
      abort();
    }
  }

  /** Ends the connection at once; whoever waits on it learns that it is lost. */
  void abort() {
    closeQuietly(socket);
  }

  /** Says goodbye, which may block for a moment, and ends the connection. */
  void close() {
    Thread.ofPlatform().daemon().name("ssh-close").start(() -> closeQuietly(client));
  }

  private static void closeQuietly(java.io.Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // It was being closed; nobody can do more.
    }
  }
}
