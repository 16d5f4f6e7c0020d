package io.matriarch.ui.fleet;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.inventory.MonitorLook;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says where a herd's monitor login may do too much, too little, or does not work. */
final class MonitorNotice extends Div {

  private transient List<String> shown = List.of();

  MonitorNotice() {
    addClassName("copies");
  }

  void show(List<MonitorLook> looks) {
    List<String> now = texts(looks);
    if (!now.equals(shown)) {
      shown = now;
      removeAll();
      now.forEach(text -> add(line(text)));
    }
  }

  private static Div line(String text) {
    Div line = new Div(new Span(text));
    line.addClassNames("notice", "copyline");
    return line;
  }

  private static List<String> texts(List<MonitorLook> looks) {
    List<String> texts = new ArrayList<>();
    String superuser = names(looks, "SUPERUSER");
    if (!superuser.isEmpty()) {
      texts.add(
          "The monitor login is a superuser on %s: reading needs no more than pg_monitor. Name a login that is only that."
              .formatted(superuser));
    }
    String less = names(looks, "LESS");
    if (!less.isEmpty()) {
      texts.add(
          "The monitor login is not in pg_monitor on %s: what it may not read stays unknown. Grant pg_monitor to it."
              .formatted(less));
    }
    looks.stream()
        .filter(look -> look.trouble() != null)
        .map(
            look ->
                "The monitor login does not work on %s. %s"
                    .formatted(name(look), String.valueOf(look.trouble())))
        .forEach(texts::add);
    return texts;
  }

  private static String names(List<MonitorLook> looks, String rights) {
    return looks.stream()
        .filter(look -> rights.equals(look.rights()))
        .map(MonitorNotice::name)
        .collect(Collectors.joining(", "));
  }

  private static String name(MonitorLook look) {
    return look.port() == null ? look.server() : look.server() + ":" + look.port();
  }
}
