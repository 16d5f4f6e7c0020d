package io.matriarch.hook;

/** A script was not run, since somebody else could have written it; the message says why. */
public final class HookUnsafe extends Exception {

  private static final long serialVersionUID = 1;

  HookUnsafe(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
