package io.matriarch.inventory;

/** A value that may not be stored, with the name of its field. */
public final class InvalidField extends EditRefused {

  private static final long serialVersionUID = 1;

  private final String field;

  public InvalidField(String field, String problem) {
    super(field + " " + problem);
    this.field = field;
  }

  public String field() {
    return field;
  }
}
