package io.matriarch.ui.access;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.provider.AbstractBackEndDataProvider;
import com.vaadin.flow.data.provider.Query;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.QueryParameters;
import com.vaadin.flow.router.Route;
import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEvent;
import io.matriarch.audit.AuditPage;
import io.matriarch.audit.AuditQuery;
import io.matriarch.audit.Outcome;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.Page;
import io.matriarch.ui.component.PlainGrid;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import jakarta.annotation.security.PermitAll;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every attempt, allowed or not: who, from where, what, on what, and what came of it. */
@Route("audit")
@PermitAll
final class AuditView extends Page implements AfterNavigationObserver {

  private static final int PAGE = 100;

  private final transient Audit audit;
  private final TextField search = new TextField();
  private final TextField who = new TextField();
  private final TextField action = new TextField();
  private final Select<Outcome> outcome = new Select<>();
  private final PlainGrid<AuditEvent> grid = new PlainGrid<>("Audit events", fields());
  private final Span count = new Span();
  private final transient Events events = new Events();
  private boolean opening;

  AuditView(Audit audit) {
    super("Audit", "audit");
    this.audit = audit;
    search.addClassName("search");
    search.setPlaceholder("Search everything");
    search.setAriaLabel("Search the audit trail");
    search.setClearButtonVisible(true);
    search.setValueChangeMode(ValueChangeMode.LAZY);
    addBesideTitle(search);
    who.setPlaceholder("Who");
    who.setAriaLabel("Who");
    action.setPlaceholder("Action, such as instance.stop");
    action.setAriaLabel("Action");
    outcome.setPlaceholder("Outcome");
    outcome.setAriaLabel("Outcome");
    outcome.setEmptySelectionAllowed(true);
    outcome.setEmptySelectionCaption("any outcome");
    outcome.setItems(Outcome.values());
    outcome.setItemLabelGenerator(o -> o == null ? "any outcome" : word(o));
    Stream.of(search, who, action).forEach(f -> f.addValueChangeListener(change -> changed()));
    outcome.addValueChangeListener(change -> changed());
    Div bar = new Div(who, action, outcome);
    bar.addClassName("bar");
    grid.setAllRowsVisible(false);
    grid.setPageSize(PAGE);
    grid.removeClassName("plain");
    grid.setDataProvider(events);
    add(bar, grid);
    addFoot(count, new Span("Rows can be added and read, never changed."));
  }

  private static List<Field<AuditEvent>> fields() {
    return List.of(
        Field.<AuditEvent>age("at", "When", AuditEvent::at).width("80px"),
        Field.<AuditEvent>text("actor", "Who", AuditEvent::actor)
            .shown(e -> Cell.of(e.actor()).aside(Objects.requireNonNullElse(e.role(), "")))
            .width("190px"),
        Field.<AuditEvent>text("origin", "From", e -> e.origin().stored())
            .shown(
                e ->
                    Cell.of(e.origin().stored()).aside(Objects.requireNonNullElse(e.address(), "")))
            .style("mute")
            .width("170px"),
        Field.<AuditEvent>text("action", "What", AuditEvent::action).style("mono").width("170px"),
        Field.<AuditEvent>text("target", "On what", AuditEvent::target).width("240px").grow(1),
        Field.<AuditEvent>text("outcome", "Outcome", e -> e.outcome().name())
            .shown(AuditView::outcomeCell)
            .width("130px"),
        Field.<AuditEvent>text("detail", "Detail", AuditEvent::detail)
            .shown(e -> Cell.of(e.detail().equals("{}") ? "" : e.detail()).title(e.detail()))
            .style("mono mute")
            .width("260px")
            .grow(2),
        Field.<AuditEvent>text("id", "Event", e -> String.valueOf(e.id()))
            .shown(
                e ->
                    Cell.of(String.valueOf(e.id()))
                        .aside(e.intentId() == null ? "" : "of " + e.intentId()))
            .style("n mute")
            .width("120px"));
  }

  private static Cell outcomeCell(AuditEvent event) {
    StateText state = state(event.outcome());
    return Cell.of(state.word())
        .tone(state.tone())
        .title(event.planHash() == null ? "" : "plan " + event.planHash());
  }

  private static StateText state(Outcome outcome) {
    Tone tone =
        switch (outcome) {
          case SUCCEEDED -> Tone.DONE;
          case DENIED, FAILED, FAILED_UNCLEAN -> Tone.BAD;
          case REFUSED, INTERRUPTED -> Tone.WARN;
          case INTENT, CANCELLED -> Tone.IDLE;
        };
    return StateText.of(word(outcome), tone);
  }

  private static String word(Outcome outcome) {
    return outcome.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  private AuditQuery query(int page, int size) {
    return AuditQuery.all()
        .text(orNull(search.getValue()))
        .actor(orNull(who.getValue()))
        .action(orNull(action.getValue()))
        .outcome(outcome.getValue())
        .page(page, size);
  }

  private static @Nullable String orNull(String text) {
    return text.isBlank() ? null : text.strip();
  }

  private void changed() {
    if (opening) {
      return;
    }
    Map<String, String> address = new LinkedHashMap<>();
    address.put("q", search.getValue());
    address.put("actor", who.getValue());
    address.put("action", action.getValue());
    address.put("outcome", outcome.getValue() == null ? "" : outcome.getValue().name());
    address.values().removeIf(String::isBlank);
    String text = QueryParameters.simple(address).getQueryString();
    UI.getCurrent()
        .getPage()
        .getHistory()
        .replaceState(null, "audit" + (text.isEmpty() ? "" : "?" + text));
    events.refreshAll();
  }

  @Override
  public void afterNavigation(AfterNavigationEvent navigation) {
    QueryParameters given = navigation.getLocation().getQueryParameters();
    opening = true;
    search.setValue(given.getSingleParameter("q").orElse(""));
    who.setValue(given.getSingleParameter("actor").orElse(""));
    action.setValue(given.getSingleParameter("action").orElse(""));
    given.getSingleParameter("outcome").flatMap(AuditView::outcome).ifPresent(outcome::setValue);
    opening = false;
    events.refreshAll();
  }

  private static java.util.Optional<Outcome> outcome(String name) {
    return Stream.of(Outcome.values()).filter(o -> o.name().equals(name)).findFirst();
  }

  private final class Events extends AbstractBackEndDataProvider<AuditEvent, Void> {
    @Override
    protected Stream<AuditEvent> fetchFromBackEnd(Query<AuditEvent, Void> wanted) {
      // The trail is paged, a grid asks for windows: fetch the pages that cover the window.
      int first = wanted.getOffset() / PAGE;
      int last = (wanted.getOffset() + Math.max(1, wanted.getLimit()) - 1) / PAGE;
      return Stream.iterate(first, page -> page <= last, page -> page + 1)
          .flatMap(page -> audit.search(query(page, PAGE)).items().stream())
          .skip(wanted.getOffset() - (long) first * PAGE)
          .limit(wanted.getLimit());
    }

    @Override
    protected int sizeInBackEnd(Query<AuditEvent, Void> wanted) {
      AuditPage page = audit.search(query(0, 1));
      count.setText(Figures.count(page.total(), "event", "events"));
      return Math.toIntExact(page.total());
    }

    @Override
    public Object getId(AuditEvent event) {
      return event.id();
    }
  }
}
