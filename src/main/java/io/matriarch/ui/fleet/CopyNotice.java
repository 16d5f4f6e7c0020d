package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.discovery.Copies;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.security.AccessRefused;
import io.matriarch.ui.component.AskDialog;
import io.matriarch.ui.component.Notices;
import java.util.List;
import java.util.NoSuchElementException;

/** Says which instances are copies, and offers to make each a herd of its own. */
final class CopyNotice extends Div {

  private final transient Copies copies;
  private final boolean edits;
  private transient List<String> shown = List.of();

  CopyNotice(Copies copies, boolean edits) {
    this.copies = copies;
    this.edits = edits;
    addClassName("copies");
  }

  void show(List<InstanceRow> members) {
    List<InstanceRow> all = members.stream().filter(InstanceRow::copy).toList();
    List<String> now = all.stream().map(copy -> copy.id() + text(copy)).toList();
    // Pages refresh often, and a button must not be replaced under the pointer.
    if (!now.equals(shown)) {
      shown = now;
      removeAll();
      all.forEach(copy -> add(line(copy)));
    }
  }

  private static String text(InstanceRow copy) {
    return "%s is a %s: it was restored from there, accepts writes on a timeline of its own, and nobody follows it."
        .formatted(States.name(copy), States.copyOf(copy));
  }

  private Div line(InstanceRow copy) {
    Div line = new Div(new Span(text(copy)));
    line.addClassNames("notice", "copyline");
    if (edits) {
      line.add(new Button("Make it a herd of its own…", click -> ask(copy)));
    }
    return line;
  }

  private void ask(InstanceRow copy) {
    new AskDialog(
            "Make %s a herd of its own?".formatted(States.name(copy)),
            "It leaves %s, with those that follow it, and becomes a herd in the environment of its server. It keeps its system identifier and is told apart by lineage from then on. Nothing is done on any server."
                .formatted(States.herd(copy)),
            "Make it a herd of its own",
            () -> make(copy))
        .open();
  }

  private void make(InstanceRow copy) {
    try {
      long herd = copies.makeHerd(copy.id());
      getUI().ifPresent(ui -> ui.navigate("herds/" + herd));
      Notices.good("%s is a herd of its own.".formatted(States.name(copy)));
    } catch (IllegalStateException | NoSuchElementException | AccessRefused e) {
      Notices.bad(String.valueOf(e.getMessage()));
    }
  }
}
