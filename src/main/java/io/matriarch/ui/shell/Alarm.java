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

/**
 * Stands on top of every page while a herd has two members that accept writes, or lost its primary.
 */
@UIScope
@Component
final class Alarm extends Div {

  /** A dead site must not push the page away. */
  private static final int MOST = 3;

  private final transient Problems problems;

  Alarm(Problems problems, News news) {
    this.problems = problems;
    getElement().setAttribute("role", "alert");
    refresh();
    news.follow(this, News.PROBLEM, this::refresh);
  }

  private void refresh() {
    removeAll();
    List<ProblemRow> alarms = problems.alarms();
    setVisible(!alarms.isEmpty());
    alarms.stream().limit(MOST).forEach(alarm -> add(line(alarm)));
    if (alarms.size() > MOST) {
      Anchor more = new Anchor("problems", "and %d more".formatted(alarms.size() - MOST));
      more.getElement().setAttribute("router-link", true);
      Div line = new Div(more);
      line.addClassName("alarm");
      add(line);
    }
  }

  private static Div line(ProblemRow alarm) {
    Span sign = new Span("✕ " + words(alarm.kind()));
    Anchor herd =
        new Anchor(
            alarm.herdId() == null ? "problems" : "herds/" + alarm.herdId(),
            alarm.herd() == null ? "a herd" : alarm.herd());
    herd.getElement().setAttribute("router-link", true);
    Span detail = new Span(alarm.detail());
    detail.addClassName("detail");
    Div line = new Div(sign, herd, detail, new Age(alarm.firstSeen()).suffix(" ago"));
    line.addClassName("alarm");
    return line;
  }

  private static String words(String kind) {
    String words = kind.replace('-', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
