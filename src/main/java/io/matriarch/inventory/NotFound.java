package io.matriarch.inventory;

/** There is nothing of this kind with this id or name. */
public final class NotFound extends EditRefused {

  private static final long serialVersionUID = 1;

  public NotFound(String kind, long id) {
    super("There is no %s with id %d; it may have been deleted.".formatted(kind, id));
  }

  public NotFound(String kind, String name) {
    super(
        "There is no %s named %s; create it first, or correct the name."
            .formatted(kind, Quoted.text(name)));
  }
}
