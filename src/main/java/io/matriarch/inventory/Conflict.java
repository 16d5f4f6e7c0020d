package io.matriarch.inventory;

/** What was asked for contradicts what exists, such as a second herd of one name. */
public final class Conflict extends EditRefused {

  private static final long serialVersionUID = 1;

  public Conflict(String message) {
    super(message);
  }
}
