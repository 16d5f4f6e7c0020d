package io.matriarch.job;

import org.jspecify.annotations.Nullable;

/** A step did not reach its end; the message says what was tried, what came back, what to do. */
public final class StepFailed extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean forward;
  private final boolean cancelled;

  public StepFailed(String message) {
    this(message, null, false, false);
  }

  public StepFailed(String message, Throwable cause) {
    this(message, cause, false, false);
  }

  private StepFailed(
      String message, @Nullable Throwable cause, boolean forward, boolean cancelled) {
    super(message, cause);
    this.forward = forward;
    this.cancelled = cancelled;
  }

  /**
   * For a cleanup that cannot restore what was, and has proven that what lies past the point of no
   * return can be done without it: the run goes on there.
   */
  public static StepFailed onlyForward(String message, Throwable cause) {
    return new StepFailed(message, cause, true, false);
  }

  /** For a step that stopped since the job was cancelled; the message says what state that left. */
  public static StepFailed cancelled(String message) {
    return new StepFailed(message, null, false, true);
  }

  boolean isCancelled() {
    return cancelled;
  }

  boolean isOnlyForward() {
    return forward;
  }

  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
