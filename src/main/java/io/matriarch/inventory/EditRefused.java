package io.matriarch.inventory;

/**
 * An edit of the inventory that was not made, with a message of three parts: what was tried, why it
 * was refused, and what to do. Nothing has been changed when it is thrown.
 */
public abstract sealed class EditRefused extends RuntimeException
    permits Conflict, HasChildren, InvalidField, LostUpdate, NotFound {

  private static final long serialVersionUID = 1;

  EditRefused(String message) {
    super(message);
  }

  /** The message; never null. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
