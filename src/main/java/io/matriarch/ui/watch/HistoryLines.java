package io.matriarch.ui.watch;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.ui.component.Age;
import io.matriarch.watch.Happening;
import java.util.List;

/** What happened, newest first, one line each. */
public final class HistoryLines extends Div {

  private final int most;
  private transient List<HappeningTexts.Line> shown = List.of();

  public HistoryLines(int most) {
    this.most = most;
    addClassName("history");
    nothing();
  }

  /** How many happenings to read: many alike become one line. */
  public int wanted() {
    return 10 * most;
  }

  public void show(List<Happening> happenings) {
    List<HappeningTexts.Line> lines =
        HappeningTexts.lines(happenings).stream().limit(most).toList();
    if (lines.equals(shown)) {
      return;
    }
    shown = lines;
    removeAll();
    lines.forEach(line -> add(line(line)));
    if (lines.isEmpty()) {
      nothing();
    }
  }

  private void nothing() {
    Span nothing = new Span("Nothing was seen to change yet.");
    nothing.addClassName("mute");
    add(nothing);
  }

  private static Div line(HappeningTexts.Line line) {
    Span sign = new Span(line.tone().sign());
    sign.addClassName("sign");
    sign.getElement().setAttribute("aria-hidden", "true");
    if (!line.tone().style().isEmpty()) {
      sign.addClassName(line.tone().style());
    }
    Span where = new Span(line.where());
    where.addClassNames("mute", "herd");
    Div div = new Div(sign, text(line), where, new Age(line.at()).suffix(" ago"));
    div.addClassName("historyline");
    return div;
  }

  private static Component text(HappeningTexts.Line line) {
    String title = line.detail().isEmpty() ? line.text() : line.text() + ": " + line.detail();
    if (line.link() == null) {
      Span text = new Span(line.text());
      text.setTitle(title);
      return text;
    }
    Anchor link = new Anchor(line.link(), line.text());
    link.getElement().setAttribute("router-link", true);
    link.addClassName("plainlink");
    link.setTitle(title);
    return link;
  }
}
