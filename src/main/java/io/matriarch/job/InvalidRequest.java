package io.matriarch.job;

/** A request that names something unknown or impossible; nothing was done. */
public final class InvalidRequest extends RuntimeException {

  private static final long serialVersionUID = 1;

  public InvalidRequest(String message) {
    super(message);
  }
}
