package io.matriarch.remote;

import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.SSHClient;

/**
 * One attempt at an authenticated connection, which ends at its deadline whatever the host does.
 */
final class SshHandshake {

  private final Host host;
  private final SshIdentity identity;
  private final SshLimits limits;
  private final KeptSocket sockets = new KeptSocket();
  private final SSHClient client = new SSHClient(SshConfig.shared());
  private volatile boolean spoke;
  private volatile boolean outOfTime;
  private boolean reached;

  SshHandshake(Host host, PinnedKeys pinned, SshIdentity identity, SshLimits limits) {
    this.host = host;
    this.identity = identity;
    this.limits = limits;
    int limit = (int) limits.connect().toMillis();
    client.setSocketFactory(sockets);
    client.setConnectTimeout(limit);
    client.setTimeout(limit);
    client.getTransport().setTimeoutMs(limit);
    client.getConnection().setTimeoutMs(limit);
    client.addHostKeyVerifier(pinned);
    client.addAlgorithmsVerifier(negotiated -> spoke = true);
  }

  SshConnection run(long deadline) throws IOException {
    Thread watchdog = Thread.ofVirtual().start(() -> closeAt(deadline));
    try {
      client.connect(host.address(), host.port());
      client.auth(host.user(), new SignedPublickey(identity.keys()));
      return new SshConnection(client, sockets.socket(), limits.sessionsPerConnection());
    } catch (IOException e) {
      reached = sockets.socket().isConnected() && !(e instanceof ConnectException);
      sockets.close();
      throw e;
    } finally {
      watchdog.interrupt();
    }
  }

  /** Whether the host took the connection and ended it without a word. */
  boolean hungUpOn() {
    return reached && !spoke && !outOfTime;
  }

  /** A host that sends a byte now and then keeps every other time limit from ending. */
  private void closeAt(long deadline) {
    try {
      TimeUnit.NANOSECONDS.sleep(deadline - System.nanoTime());
      outOfTime = true;
      sockets.close();
    } catch (InterruptedException e) {
      // Done in time.
    }
  }
}
