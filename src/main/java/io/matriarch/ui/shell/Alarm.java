package io.matriarch.ui.shell;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.spring.annotation.UIScope;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.News;
import io.matriarch.watch.ProblemRow;
import io.matriarch.watch.Problems;
import java.util.List;
import org.springframework.stereotype.Component;

/** Stands on top of every page while any herd has two members that accept writes. */
@UIScope
@Component
final class Alarm extends Div {

  private final transient Problems problems;

  Alarm(Problems problems, News news) {
    this.problems = problems;
    getElement().setAttribute("role", "alert");
    refresh();
    news.follow(this, News.PROBLEM, this::refresh);
  }

  private void refresh() {
    removeAll();
    List<ProblemRow> splits = problems.splitBrains();
    setVisible(!splits.isEmpty());
    splits.forEach(split -> add(line(split)));
  }

  private static Div line(ProblemRow split) {
    Span sign = new Span("✕ Split brain");
    Anchor herd =
        new Anchor(
            split.herdId() == null ? "problems" : "herds/" + split.herdId(),
            split.herd() == null ? "a herd" : split.herd());
    herd.getElement().setAttribute("router-link", true);
    Span detail = new Span(split.detail());
    detail.addClassName("detail");
    Div line = new Div(sign, herd, detail, new Age(split.firstSeen()).suffix(" ago"));
    line.addClassName("alarm");
    return line;
  }
}
