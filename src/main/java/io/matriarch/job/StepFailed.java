package io.matriarch.job;

/** A step did not reach its end; the message says what was tried, what came back, what to do. */
public final class StepFailed extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean forward;

  public StepFailed(String message) {
    super(message);
    this.forward = false;
  }

  public StepFailed(String message, Throwable cause) {
    this(message, cause, false);
  }

  private StepFailed(String message, Throwable cause, boolean forward) {
    super(message, cause);
    this.forward = forward;
  }

  /**
   * For a cleanup that cannot restore what was, and has proven that what lies past the point of no
   * return can be done without it: the run goes on there.
   */
  public static StepFailed onlyForward(String message, Throwable cause) {
    return new StepFailed(message, cause, true);
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
