package io.matriarch.security;

/** A secret could not be sealed or opened; the message says what to do. */
public final class SealBroken extends RuntimeException {

  private static final long serialVersionUID = 1;

  SealBroken(String message) {
    super(message);
  }
}
