package io.matriarch.security;

import org.springframework.security.core.AuthenticationException;

/** Why somebody was not let in; the message may be shown to them. */
public final class SignInRefused extends AuthenticationException {

  private static final long serialVersionUID = 1L;

  /** What the sign-in page tells apart. */
  public enum Reason {
    WRONG_NAME_OR_PASSWORD,
    NO_ROLE,
    DIRECTORY_UNREACHABLE,
    TOO_MANY_ATTEMPTS
  }

  private final Reason reason;

  SignInRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  SignInRefused(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  static SignInRefused wrong() {
    return new SignInRefused(
        Reason.WRONG_NAME_OR_PASSWORD, "The name or the password is not right.");
  }
}
