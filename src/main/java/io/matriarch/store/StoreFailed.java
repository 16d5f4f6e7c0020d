package io.matriarch.store;

/** A key was not read or not replaced, or whether it was is not known; the message says which. */
public final class StoreFailed extends Exception {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** Somebody else replaced it since it was read. */
    OVERTAKEN,
    /** What is there must not be replaced by this. */
    OUTRANKED,
    /** What is there was not written by us. */
    FOREIGN,
    /** The store does not let us do this. */
    LOGIN,
    /** No server could be reached; nothing was sent. */
    UNREACHABLE,
    /** It was sent and no answer came; it may have happened. */
    NO_ANSWER
  }

  private final Reason reason;

  public StoreFailed(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
