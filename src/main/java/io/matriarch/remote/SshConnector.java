package io.matriarch.remote;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.UserAuthException;

/** Makes authenticated connections. Blocks, also in name resolution: for platform threads. */
final class SshConnector {

  private final SshIdentity identity;
  private final SshLimits limits;

  SshConnector(SshIdentity identity, SshLimits limits) {
    this.identity = identity;
    this.limits = limits;
  }

  SshConnection connect(Host host) throws ShellUnavailable {
    PinnedKeys pinned = pinned(host);
    long limit = limits.connect().toMillis();
    KeptSocket sockets = new KeptSocket();
    SSHClient client = new SSHClient(SshConfig.shared());
    client.setSocketFactory(sockets);
    client.setConnectTimeout((int) limit);
    client.setTimeout((int) limit);
    client.getTransport().setTimeoutMs((int) limit);
    client.getConnection().setTimeoutMs((int) limit);
    client.addHostKeyVerifier(pinned);
    Thread watchdog = sockets.closeAfter(limit);
    try {
      client.connect(host.address(), host.port());
      client.auth(host.user(), new SignedPublickey(identity.keys()));
      return new SshConnection(client, sockets.socket(), limits.sessionsPerConnection());
    } catch (IOException e) {
      sockets.close();
      throw failure(host, pinned, e);
    } finally {
      watchdog.interrupt();
    }
  }

  private PinnedKeys pinned(Host host) throws ShellUnavailable {
    if (host.pinnedKeys().isEmpty()) {
      throw new ShellUnavailable(
          Reason.HOST_KEY_MISMATCH,
          "No connection to "
              + place(host)
              + " was tried; no host key is pinned for it; scan its key, compare the fingerprint"
              + " with the one on the host, and confirm it.",
          null);
    }
    try {
      return new PinnedKeys(host.pinnedKeys());
    } catch (IllegalArgumentException e) {
      throw new ShellUnavailable(
          Reason.HOST_KEY_MISMATCH,
          "No connection to "
              + place(host)
              + " was tried; a host key pinned for it is unreadable ("
              + e.getMessage()
              + "); scan its key again and confirm it.",
          e);
    }
  }

  private ShellUnavailable failure(Host host, PinnedKeys pinned, IOException e) {
    HostKey shown = pinned.refused();
    if (shown != null) {
      return mismatch(host, pinned, shown, e);
    }
    if (e instanceof UserAuthException) {
      return new ShellUnavailable(
          Reason.AUTH_FAILED,
          "Signing in at "
              + place(host)
              + " was refused; nothing was run; add the public key of this console to"
              + " authorized_keys of "
              + host.user()
              + " there.",
          e);
    }
    return new ShellUnavailable(
        Reason.CONNECT_FAILED,
        "Connecting to "
            + place(host)
            + " failed: "
            + cause(e)
            + "; nothing was run; check address, port, sshd and firewall.",
        e);
  }

  private ShellUnavailable mismatch(Host host, PinnedKeys pinned, HostKey shown, IOException e) {
    return new ShellUnavailable(
        Reason.HOST_KEY_MISMATCH,
        "Connecting to "
            + place(host)
            + " was given up: it showed the host key "
            + shown.fingerprint()
            + " ("
            + shown.type()
            + ") and not "
            + String.join(" or ", pinned.fingerprints())
            + "; nothing was run; if the host was set up anew, scan and confirm its key, otherwise"
            + " somebody may be in between.",
        e,
        pinned.fingerprints(),
        shown.fingerprint());
  }

  private String cause(IOException e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String said = root.getMessage();
    if (said == null || said.equals("Socket closed")) {
      return "no answer within " + limits.connect().toSeconds() + " s";
    }
    return said;
  }

  static String place(Host host) {
    return host.name() + " (" + host.display() + ")";
  }

  /** Keeps the socket in hand, so that it can be closed in whatever state the library is. */
  private static final class KeptSocket extends SocketFactory {

    private final Socket kept = new Socket();

    Socket socket() {
      return kept;
    }

    /** A host that sends a byte now and then keeps every other time limit from ending. */
    Thread closeAfter(long millis) {
      return Thread.ofVirtual()
          .start(
              () -> {
                try {
                  Thread.sleep(millis);
                  close();
                } catch (InterruptedException e) {
                  // Connected in time.
                }
              });
    }

    void close() {
      try {
        kept.close();
      } catch (IOException e) {
        // It was being closed; nobody can do more.
      }
    }

    /** Without Nagle's delay, since we send small packets and wait for answers. */
    @Override
    public Socket createSocket() throws IOException {
      Socket socket = kept;
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }
  }
}
