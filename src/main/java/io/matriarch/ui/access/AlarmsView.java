package io.matriarch.ui.access;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.alarm.Deliveries;
import io.matriarch.alarm.ReceiverRow;
import io.matriarch.alarm.Receivers;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.RowButton;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;
import java.util.Objects;

/** Who is told of problems, and whether that works. */
@Route("alarms")
@RolesAllowed("ADMIN")
final class AlarmsView extends GridPage<ReceiverRow> {

  AlarmsView(Deliveries deliveries, Receivers receivers, News news) {
    super(
        "Alarms",
        "alarms",
        new ListingGrid.Spec<>(
            "alarms",
            "receiver",
            "receivers",
            deliveries.receivers(),
            ReceiverRow::id,
            row -> "alarms/" + row.id(),
            fields(),
            List.of(),
            false));
    addButtons(add());
    grid()
        .addButton(
            new RowButton<>(
                row -> "Test",
                row -> "Send a test to " + row.name(),
                row -> AlarmCells.tested(row.name(), receivers.test(row.id()))));
    grid()
        .whenEmpty(
            new Empty(
                "Nobody is told",
                "Problems stand on the screen only. Add a webhook or an e-mail address, send it a"
                    + " test, and it is told whenever a problem opens or ends.",
                add()));
    follow(news, News.ALARM);
    follow(news, News.INVENTORY);
  }

  private static Button add() {
    Button add =
        new Button(
            "Add receiver",
            click -> click.getSource().getUI().orElseThrow().navigate("alarms/new"));
    add.addThemeName("primary");
    return add;
  }

  private static List<Field<ReceiverRow>> fields() {
    return List.of(
        Field.<ReceiverRow>text("name", "Receiver", ReceiverRow::name)
            .shown(r -> Cell.of(r.name()).link("alarms/" + r.id()).title(r.name()))
            .width("150px")
            .grow(2),
        Field.<ReceiverRow>text("kind", "Kind", ReceiverRow::kind)
            .facet()
            .style("mute")
            .width("86px"),
        Field.<ReceiverRow>text("address", "Address", ReceiverRow::address)
            .shown(r -> Cell.of(r.address()).title(r.address()))
            .style("mute")
            .width("190px")
            .grow(3),
        Field.<ReceiverRow>text("leastSeverity", "Is told of", AlarmCells::tells)
            .shown(r -> Cell.of(AlarmCells.tells(r)).title(String.join(", ", r.problemKinds())))
            .width("190px")
            .grow(1),
        Field.<ReceiverRow>text(
                "environment",
                "Environment",
                r -> Objects.requireNonNullElse(r.environment(), "all"))
            .facet()
            .style("mute")
            .width("100px")
            .hidden(),
        Field.<ReceiverRow>text("state", "Last delivery", r -> AlarmCells.state(r).word())
            .shown(r -> AlarmCells.cell(AlarmCells.state(r)))
            .facet()
            .width("116px"),
        Field.<ReceiverRow>age("lastAt", "Age", ReceiverRow::lastAt).width("60px"),
        Field.<ReceiverRow>text("lastAnswer", "What came back", ReceiverRow::lastAnswer)
            .shown(r -> Cell.of(r.lastAnswer()).title(r.lastAnswer()))
            .style("mute")
            .width("150px")
            .grow(2),
        Field.<ReceiverRow>number("waiting", "Waiting", ReceiverRow::waiting).width("76px"));
  }
}
