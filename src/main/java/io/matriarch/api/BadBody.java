package io.matriarch.api;

/** A body that is no JSON at all. */
final class BadBody extends RuntimeException {

  private static final long serialVersionUID = 1;

  BadBody(String message) {
    super(message);
  }
}
