package io.matriarch.inventory;

import java.util.List;

/** A parent that still has children is not deleted. */
public final class HasChildren extends EditRefused {

  private static final long serialVersionUID = 1;
  private static final int NAMED = 20;

  private final transient List<String> children;

  /**
   * @param parent such as {@code environment "prod"}
   * @param children such as {@code herd "orders"}, all of them
   */
  public HasChildren(String parent, List<String> children) {
    super(
        "%s was not deleted: it still holds %s. Move or delete these first."
            .formatted(parent, listed(children)));
    this.children = List.copyOf(children);
  }

  public List<String> children() {
    return children;
  }

  private static String listed(List<String> children) {
    String named = String.join(", ", children.subList(0, Math.min(NAMED, children.size())));
    int more = children.size() - NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }
}
