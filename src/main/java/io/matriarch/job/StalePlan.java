package io.matriarch.job;

/** What would be done now is not what was shown; nothing was done. */
public final class StalePlan extends RuntimeException {

  private static final long serialVersionUID = 1;

  StalePlan(String message) {
    super(message);
  }
}
