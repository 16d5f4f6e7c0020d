package io.matriarch.ui.watch;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.Notices;
import io.matriarch.watch.ProblemRow;
import io.matriarch.watch.Problems;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/** Asks for how long, and why, ticked problems are not to be counted. */
final class SetAsideDialog extends Dialog {

  private static final Map<String, Duration> SPANS = new LinkedHashMap<>();

  static {
    SPANS.put("1 hour", Duration.ofHours(1));
    SPANS.put("8 hours", Duration.ofHours(8));
    SPANS.put("1 day", Duration.ofDays(1));
    SPANS.put("7 days", Duration.ofDays(7));
  }

  SetAsideDialog(Problems problems, Clock clock, ListingGrid<ProblemRow> grid) {
    String what = Figures.count(grid.ticked().size(), "problem", "problems");
    setHeaderTitle("Set " + what + " aside");
    setWidth("min(480px, 94vw)");
    Select<String> span = new Select<>();
    span.setLabel("For");
    span.setItems(SPANS.keySet());
    span.setValue("8 hours");
    TextField reason = new TextField("Reason");
    reason.setRequired(true);
    reason.setWidthFull();
    reason.setHelperText(
        "It stands on the audit trail. A split brain is shown on every page all the same.");
    add(new Paragraph("They stay in this list but are not counted."), span, reason);
    Button yes = new Button("Set " + what + " aside");
    yes.addThemeName("primary");
    yes.addClickListener(
        click -> {
          try {
            Instant until =
                clock.instant().plus(SPANS.getOrDefault(span.getValue(), Duration.ofHours(8)));
            grid.ticked().forEach(id -> problems.suppress(id, until, reason.getValue()));
            close();
            grid.untickAll();
          } catch (IllegalArgumentException | NoSuchElementException e) {
            Notices.bad(String.valueOf(e.getMessage()));
          }
        });
    getFooter().add(new Button("Cancel", click -> close()), yes);
  }
}
