package io.matriarch.ui.watch;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import io.matriarch.inventory.EditRefused;
import io.matriarch.inventory.InvalidField;
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

/** Asks until when, who answers for it and why ticked problems are not to be counted. */
final class SuppressDialog extends Dialog {

  private static final Map<String, Duration> SPANS = new LinkedHashMap<>();

  static {
    SPANS.put("1 hour", Duration.ofHours(1));
    SPANS.put("8 hours", Duration.ofHours(8));
    SPANS.put("1 day", Duration.ofDays(1));
    SPANS.put("7 days", Duration.ofDays(7));
    SPANS.put("30 days", Duration.ofDays(30));
    SPANS.put("90 days", Problems.LONGEST);
  }

  private final Select<String> span = new Select<>();
  private final TextField owner = new TextField("Owner");
  private final TextField reason = new TextField("Reason");

  SuppressDialog(Problems problems, Clock clock, ListingGrid<ProblemRow> grid, String me) {
    String what = Figures.count(grid.ticked().size(), "problem", "problems");
    setHeaderTitle("Suppress " + what);
    setWidth("min(480px, 94vw)");
    span.setLabel("For");
    span.setItems(SPANS.keySet());
    span.setValue("8 hours");
    span.setHelperText(
        "Over before that when the problem is over; a lost node's only once it is seen streaming.");
    span.setWidthFull();
    owner.setValue(me);
    owner.setMaxLength(100);
    owner.setHelperText("Who answers for it meanwhile");
    owner.setWidthFull();
    reason.setRequired(true);
    reason.setMaxLength(500);
    reason.setWidthFull();
    reason.setHelperText(
        "It stands on the audit trail. A split brain is shown on every page all the same.");
    add(new Paragraph("They stay in this list but are not counted."), span, owner, reason);
    Button yes = new Button("Suppress " + what);
    yes.addThemeName("primary");
    yes.addClickListener(click -> suppress(problems, clock.instant(), grid));
    getFooter().add(new Button("Cancel", click -> close()), yes);
  }

  private void suppress(Problems problems, Instant now, ListingGrid<ProblemRow> grid) {
    Instant until = now.plus(SPANS.getOrDefault(span.getValue(), Duration.ofHours(8)));
    reason.setInvalid(false);
    owner.setInvalid(false);
    try {
      grid.ticked()
          .forEach(id -> problems.suppress(id, until, owner.getValue(), reason.getValue()));
      close();
      grid.untickAll();
    } catch (InvalidField e) {
      TextField wrong = e.field().equals("owner") ? owner : reason;
      wrong.setErrorMessage(e.reason());
      wrong.setInvalid(true);
      wrong.focus();
    } catch (EditRefused e) {
      Notices.bad(e.reason());
    }
  }
}
