package io.matriarch.job;

/** A step did not reach its end; the message says what was tried, what came back, what to do. */
public final class StepFailed extends Exception {

  private static final long serialVersionUID = 1;

  public StepFailed(String message) {
    super(message);
  }

  public StepFailed(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
