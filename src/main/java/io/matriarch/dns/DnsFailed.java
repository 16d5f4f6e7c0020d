package io.matriarch.dns;

/** A record was not changed, or whether it was is not known; the message says which. */
public final class DnsFailed extends Exception {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** The precondition did not hold: the record has another value. */
    OTHER_VALUE,
    /** The server knows no such key, or the signature is wrong. */
    KEY,
    /** The server refused for another reason. */
    REFUSED,
    /** No answer in time; the update may have happened. */
    NO_ANSWER,
    /** The server could not be reached; nothing was sent. */
    UNREACHABLE
  }

  private final Reason reason;

  public DnsFailed(Reason reason, String message) {
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
