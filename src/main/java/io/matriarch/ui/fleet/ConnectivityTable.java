package io.matriarch.ui.fleet;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeTable;
import com.vaadin.flow.component.html.NativeTableBody;
import com.vaadin.flow.component.html.NativeTableCell;
import com.vaadin.flow.component.html.NativeTableHeader;
import com.vaadin.flow.component.html.NativeTableHeaderCell;
import com.vaadin.flow.component.html.NativeTableRow;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.shared.Tooltip;
import io.matriarch.ui.component.Age;
import io.matriarch.watch.Connectivity;
import io.matriarch.watch.Connectivity.Way;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who could reach whom: a row for each host that tried, a column for each member. */
final class ConnectivityTable extends Div {

  /** Two looks were missed; the tone of the age says so. */
  private static final int STALE_SECONDS = 900;

  private static final Map<String, String> WORDS =
      Map.of("ssh", "SSH", "sql", "SQL", "replication", "replication", "port", "port");
  private static final List<String> KINDS = List.of("ssh", "sql", "replication", "port");

  ConnectivityTable() {
    addClassName("reach");
  }

  void show(Connectivity seen) {
    removeAll();
    Set<String> to = new LinkedHashSet<>();
    Set<String> from = new LinkedHashSet<>();
    seen.ways().stream()
        .filter(w -> w.from().equals(Connectivity.CONSOLE))
        .forEach(w -> to.add(w.to()));
    from.add(Connectivity.CONSOLE);
    from.addAll(to);
    from.addAll(new TreeSet<>(seen.ways().stream().map(Way::from).toList()));
    NativeTableRow names = new NativeTableRow();
    names.add(scoped(new NativeTableHeaderCell("from ↓ to →"), "col"));
    to.forEach(name -> names.add(scoped(new NativeTableHeaderCell(name), "col")));
    NativeTableBody body = new NativeTableBody();
    from.forEach(name -> body.add(row(name, to, seen.ways())));
    NativeTable table = new NativeTable(new NativeTableHeader(names), body);
    table.getElement().setAttribute("aria-label", "Who can reach whom");
    Div scroll = new Div(table);
    scroll.addClassName("reach-scroll");
    Div age =
        new Div(
            new Span("tried "),
            new Age(seen.at()).suffix(" ago").limits(STALE_SECONDS, 4 * STALE_SECONDS));
    age.addClassName("mute");
    if (seen.members() > to.size()) {
      age.add(new Span("; %d of %d members".formatted(to.size(), seen.members())));
    }
    add(scroll, age);
  }

  private static NativeTableHeaderCell scoped(NativeTableHeaderCell cell, String scope) {
    cell.getElement().setAttribute("scope", scope);
    return cell;
  }

  private static NativeTableRow row(String from, Set<String> to, List<Way> ways) {
    NativeTableRow row = new NativeTableRow();
    row.add(scoped(new NativeTableHeaderCell(from), "row"));
    for (String name : to) {
      List<Way> found =
          new ArrayList<>(
              ways.stream().filter(w -> w.from().equals(from) && w.to().equals(name)).toList());
      found.sort(java.util.Comparator.comparing(w -> KINDS.indexOf(w.kind())));
      NativeTableCell cell = new NativeTableCell();
      if (from.equals(name) && found.isEmpty()) {
        cell.setText("—");
      } else if (found.isEmpty()) {
        Span none = new Span("? not tried");
        none.addClassName("mute");
        cell.add(none);
      }
      found.forEach(way -> cell.add(mark(way)));
      row.add(cell);
    }
    return row;
  }

  private static Span mark(Way way) {
    String word = WORDS.getOrDefault(way.kind(), way.kind());
    String trouble = way.trouble();
    Span mark = new Span((trouble == null ? "✓ " : "✕ ") + word);
    // A refused SQL login hinders no switch, only some ways of rewinding.
    mark.addClassNames(
        "reach-mark", trouble == null ? "ok" : way.kind().equals("sql") ? "warn" : "bad");
    if (trouble != null) {
      mark.getElement().setAttribute("tabindex", "0");
      mark.getElement().setAttribute("role", "img");
      mark.getElement()
          .setAttribute(
              "aria-label",
              "%s from %s to %s failed: %s".formatted(word, way.from(), way.to(), trouble));
      Tooltip.forComponent(mark).withText(trouble);
    }
    return mark;
  }
}
