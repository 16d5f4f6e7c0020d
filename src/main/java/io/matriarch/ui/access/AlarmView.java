package io.matriarch.ui.access;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.matriarch.alarm.Deliveries;
import io.matriarch.alarm.DeliveryRow;
import io.matriarch.alarm.ReceiverRow;
import io.matriarch.alarm.Receivers;
import io.matriarch.database.Query;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Facts;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Page;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.Tone;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One receiver, and everything it was told. */
@Route("alarms/:id([0-9]{1,18})")
@RolesAllowed("ADMIN")
final class AlarmView extends Page implements BeforeEnterObserver, AfterNavigationObserver {

  private final transient Deliveries deliveries;
  private final transient Receivers receivers;
  private final transient News news;
  private final Facts facts = new Facts();
  private @Nullable ListingGrid<DeliveryRow> grid;
  private long id;

  AlarmView(Deliveries deliveries, Receivers receivers, News news) {
    super("Receiver", "alarms");
    this.deliveries = deliveries;
    this.receivers = receivers;
    this.news = news;
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    id = Long.parseLong(enter.getRouteParameters().get("id").orElseThrow());
    Optional<ReceiverRow> receiver = deliveries.receivers().byKey(id);
    if (receiver.isEmpty()) {
      enter.rerouteToError(NotFoundException.class, "There is no receiver " + id + ".");
      return;
    }
    ListingGrid<DeliveryRow> told = grid();
    grid = told;
    titled(receiver.get().name());
    addBesideTitle(told.search());
    Button test = new Button("Send a test", click -> test(click.getSource()));
    test.setDisableOnClick(true);
    test.setTooltipText("Sends one right now and says what came back");
    Anchor edit = new Anchor("alarms/" + id + "/edit", "Edit");
    edit.addClassName("button");
    edit.getElement().setAttribute("router-link", true);
    addButtons(test, edit);
    addButtons(told.tools());
    Div strip = new Div(facts);
    strip.addClassName("drillfacts");
    add(strip, told);
    Span live = new Span("live");
    live.addClassName("live");
    addFoot(told.count(), live);
    news.follow(this, News.ALARM, this::refresh);
    addAttachListener(attach -> refresh());
  }

  @Override
  public void afterNavigation(AfterNavigationEvent navigation) {
    if (grid != null) {
      grid.open(navigation.getLocation().getQueryParameters());
    }
  }

  private void test(Button pressed) {
    deliveries
        .receivers()
        .byKey(id)
        .ifPresent(receiver -> AlarmCells.tested(receiver.name(), receivers.test(id)));
    pressed.setEnabled(true);
    refresh();
  }

  private void refresh() {
    Optional<ReceiverRow> found = deliveries.receivers().byKey(id);
    if (found.isEmpty() || grid == null) {
      return;
    }
    ReceiverRow receiver = found.get();
    facts.removeAll();
    facts
        .fact(receiver.kind().equals("webhook") ? "Webhook" : "E-mail", receiver.address())
        .fact("Is told of", AlarmCells.tells(receiver))
        .optional("Kinds", String.join(", ", receiver.problemKinds()))
        .fact("Last delivery", new StateBadge(AlarmCells.state(receiver)))
        .optional("What came back", receiver.lastAnswer());
    grid.refresh();
  }

  private ListingGrid<DeliveryRow> grid() {
    ListingGrid<DeliveryRow> told =
        new ListingGrid<>(
            new ListingGrid.Spec<>(
                "alarms/" + id,
                "delivery",
                "deliveries",
                deliveries.all(),
                DeliveryRow::id,
                row -> null,
                fields(),
                List.of(Query.Filter.equal("receiverId", Long.toString(id))),
                false));
    told.whenEmpty(
        new Empty(
            "Nothing sent yet",
            "Each problem that it is told of stands here with what came back. Send a test to see"
                + " that it arrives."));
    return told;
  }

  private static List<Field<DeliveryRow>> fields() {
    return List.of(
        Field.<DeliveryRow>age("createdAt", "Age", DeliveryRow::createdAt).width("60px"),
        Field.<DeliveryRow>text("event", "Event", DeliveryRow::event).facet().width("84px"),
        Field.<DeliveryRow>text("severity", "Severity", DeliveryRow::severity)
            .shown(AlarmView::severity)
            .facet()
            .width("92px"),
        Field.<DeliveryRow>text("kind", "Problem", AlarmCells::kind).facet().width("160px"),
        Field.<DeliveryRow>text("about", "Where", DeliveryRow::about).width("110px").grow(1),
        Field.<DeliveryRow>text("detail", "What was seen", DeliveryRow::detail)
            .shown(r -> Cell.of(r.detail()).title(r.detail()))
            .width("190px")
            .grow(3),
        Field.<DeliveryRow>text("state", "State", r -> AlarmCells.state(r).word())
            .shown(r -> AlarmCells.cell(AlarmCells.state(r)))
            .facet()
            .width("104px"),
        Field.<DeliveryRow>number("attempts", "Attempts", DeliveryRow::attempts).width("80px"),
        Field.<DeliveryRow>time("nextAt", "Next", DeliveryRow::nextAt).unsorted().width("130px"),
        Field.<DeliveryRow>text("answer", "What came back", DeliveryRow::answer)
            .shown(r -> Cell.of(r.answer()).title(r.answer()))
            .style("mute")
            .width("150px")
            .grow(2),
        Field.<DeliveryRow>number("id", "Delivery", DeliveryRow::id).hidden().width("84px"));
  }

  private static Cell severity(DeliveryRow row) {
    Cell cell = Cell.of(row.severity());
    return row.severity() == null || row.event().equals("ended")
        ? cell
        : cell.tone(row.severity().equals("critical") ? Tone.BAD : Tone.WARN);
  }
}
