package io.matriarch.remote;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is said when a command that was sent gives no result. */
record CommandTrouble(Host host, Command command) {

  private static final int MOST = 60;

  /** The log has it whole; in a message it must not hide what matters. */
  private String shortly() {
    String whole = command.display();
    return whole.length() <= MOST ? whole : whole.substring(0, MOST - 1) + "…";
  }

  ShellUnavailable timeout(Duration limit) {
    return new ShellUnavailable(
        Reason.TIMEOUT,
        shortly()
            + " on "
            + SshConnector.place(host)
            + " had not ended after "
            + limit.toSeconds()
            + " s; its channel was closed and it may still run there; look at the host before you"
            + " repeat it.",
        null);
  }

  ShellUnavailable lost(@Nullable IOException cause) {
    return new ShellUnavailable(
        Reason.OUTCOME_UNKNOWN,
        "The connection to "
            + SshConnector.place(host)
            + " was lost during "
            + shortly()
            + (cause == null ? "" : " (" + cause.getMessage() + ")")
            + "; whether it ran, and how it ended, is unknown; look at the host before you repeat"
            + " it.",
        cause);
  }

  ShellUnavailable refused() {
    return new ShellUnavailable(
        Reason.AUTH_FAILED,
        SshConnector.place(host)
            + " let us in but refused to run "
            + command.display()
            + "; nothing was run; check ForceCommand and the shell of "
            + host.user()
            + " there.",
        null);
  }
}
