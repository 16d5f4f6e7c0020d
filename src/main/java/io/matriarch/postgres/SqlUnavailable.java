package io.matriarch.postgres;

/** An instance could not be asked by SQL; whether it runs is not known. */
public final class SqlUnavailable extends Exception {

  private static final long serialVersionUID = 1;

  SqlUnavailable(String reason) {
    super(reason);
  }
}
