package io.matriarch.remote;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** There is no result of a command, for one of a few reasons. */
public final class ShellUnavailable extends Exception {

  private static final long serialVersionUID = 1;

  /** Why there is no result. */
  public enum Reason {
    /** No connection: refused, no route, unknown name, silence, or no common algorithm. */
    CONNECT_FAILED,
    /** The host showed a key that is not pinned, or none is pinned. */
    HOST_KEY_MISMATCH,
    /** The host does not let our key in as this user. */
    AUTH_FAILED,
    /** All connections or sessions that may be used were busy for too long. */
    LIMIT,
    /** The command was sent and had not ended at its time limit; it may go on. */
    TIMEOUT,
    /** The command was or may have been sent, and the connection was lost. */
    OUTCOME_UNKNOWN
  }

  private final Reason reason;
  private final transient List<String> expectedFingerprints;
  private final @Nullable String presentedFingerprint;

  public ShellUnavailable(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, message, cause, List.of(), null);
  }

  ShellUnavailable(
      Reason reason,
      String message,
      @Nullable Throwable cause,
      List<String> expectedFingerprints,
      @Nullable String presentedFingerprint) {
    super(message, cause);
    this.reason = reason;
    this.expectedFingerprints = List.copyOf(expectedFingerprints);
    this.presentedFingerprint = presentedFingerprint;
  }

  public Reason reason() {
    return reason;
  }

  /** Whether the command can have been started; if not, it surely was not. */
  public boolean mayHaveRun() {
    return reason == Reason.TIMEOUT || reason == Reason.OUTCOME_UNKNOWN;
  }

  /** The pinned keys as {@code SHA256:...}; only for {@link Reason#HOST_KEY_MISMATCH}. */
  public List<String> expectedFingerprints() {
    return expectedFingerprints;
  }

  /** The key that was shown as {@code SHA256:...}; only for {@link Reason#HOST_KEY_MISMATCH}. */
  public @Nullable String presentedFingerprint() {
    return presentedFingerprint;
  }

  /** The same failure for another caller, with a stack trace of its own. */
  ShellUnavailable again() {
    return new ShellUnavailable(
        reason, String.valueOf(getMessage()), this, expectedFingerprints, presentedFingerprint);
  }
}
