package io.matriarch.remote;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.schmizz.sshj.userauth.UserAuthException;

/** Makes authenticated connections. Blocks, also in name resolution: for platform threads. */
final class SshConnector {

  private static final int ATTEMPTS = 3;

  private final SshIdentity identity;
  private final SshLimits limits;

  SshConnector(SshIdentity identity, SshLimits limits) {
    this.identity = identity;
    this.limits = limits;
  }

  SshConnection connect(Host host) throws ShellUnavailable {
    PinnedKeys pinned = pinned(host);
    long deadline = System.nanoTime() + limits.connect().toNanos();
    for (int attempt = 1; ; attempt++) {
      SshHandshake handshake = new SshHandshake(host, pinned, identity, limits);
      try {
        return handshake.run(deadline);
      } catch (IOException e) {
        // MaxStartups makes a busy sshd hang up at random, before it says anything.
        if (attempt == ATTEMPTS || !handshake.hungUpOn() || !pause(attempt, deadline)) {
          throw failure(host, pinned, e);
        }
      }
    }
  }

  private static boolean pause(int attempt, long deadline) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(attempt * 300L);
    if (System.nanoTime() + nanos - deadline > 0) {
      return false;
    }
    LockSupport.parkNanos(nanos);
    return true;
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
    if (e instanceof UserAuthException && e.getCause() == null) {
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
    if (said == null || said.equals("Socket closed") || said.startsWith("Timeout expired")) {
      return "no answer within " + limits.connect().toSeconds() + " s";
    }
    return said;
  }

  static String place(Host host) {
    return host.name() + " (" + host.display() + ")";
  }
}
