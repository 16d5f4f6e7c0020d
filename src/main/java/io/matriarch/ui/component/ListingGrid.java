package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.grid.ColumnTextAlign;
import com.vaadin.flow.component.grid.Grid;
import com.vaadin.flow.component.grid.GridSortOrder;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.provider.AbstractBackEndDataProvider;
import com.vaadin.flow.data.provider.SortDirection;
import com.vaadin.flow.data.renderer.LitRenderer;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.function.SerializableRunnable;
import com.vaadin.flow.router.QueryParameters;
import io.matriarch.database.Listing;
import io.matriarch.database.Query;
import io.matriarch.database.Query.InvalidQuery;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one mechanism behind every grid: lazy rows of a {@link Listing}, multi-sort, chips, search
 * text, column choice, ticks that survive paging, CSV, and an address that reopens all of it.
 */
public final class ListingGrid<R> extends Div {

  /** What the grid is made of. */
  public record Spec<R>(
      String path,
      String one,
      String many,
      Listing<R> listing,
      ToLongFunction<R> id,
      Function<R, @Nullable String> link,
      List<Field<R>> fields,
      List<Query.Filter> fixed,
      boolean ticks) {

    public Spec {
      fields = List.copyOf(fields);
      fixed = List.copyOf(fixed);
    }
  }

  private final transient Spec<R> spec;
  private final transient Filters filters = new Filters(Clock.systemUTC());
  private final KeyedGrid<R> grid;
  private final transient Rows rows = new Rows();
  private final Set<Long> ticked = new LinkedHashSet<>();
  private final TextField search = new TextField();
  private final Div bar = new Div();
  private final transient Chips<R> chips;
  private final Span picked = new Span();
  private final NativeButton pickAll = new NativeButton();
  private final NativeButton pickNone = new NativeButton("clear");
  private final NativeButton dropHidden = new NativeButton();
  private final NativeButton tickAllBox = new NativeButton();
  private final Div actions = new Div();
  private final Div complaint = new Div();
  private final Span count = new Span();
  private final Div noRows = new Div();
  private final Empty noMatch;
  private transient GridState state = GridState.EMPTY;
  private transient Consumer<Set<Long>> selectionListener = ids -> {};
  private transient Runnable stateListener = () -> {};
  private final Set<Long> hidden = new LinkedHashSet<>();
  private long total = -1;
  private @Nullable Long anchor;
  private boolean applying;

  public ListingGrid(Spec<R> spec) {
    this.spec = spec;
    addClassName("listing");
    grid = new KeyedGrid<>(this::pressed);
    chips = new Chips<>(spec.fields(), spec.listing()::values, this::filterBy);
    buildSearch();
    buildBar();
    buildColumns();
    complaint.addClassName("complaint");
    complaint.getElement().setAttribute("role", "alert");
    complaint.setVisible(false);
    add(bar, complaint, grid);
    noMatch =
        new Empty(
            "Nothing matches",
            "No %s fit the search and the filters above.".formatted(spec.many()),
            new Button("Clear search and filters", click -> become(state.unfiltered())));
    grid.setEmptyStateComponent(new Div(noRows, noMatch));
    grid.setDataProvider(rows);
  }

  private void buildSearch() {
    search.addClassName("search");
    String example = example();
    search.setPlaceholder(example.isEmpty() ? "Search" : "Search, or " + example);
    search.setClearButtonVisible(true);
    search.setAriaLabel("Search " + spec.many());
    search.setValueChangeMode(ValueChangeMode.LAZY);
    search.setValueChangeTimeout(250);
    search.addValueChangeListener(
        change -> {
          if (change.isFromClient()) {
            become(state.search(change.getValue()));
          }
        });
  }

  private String example() {
    return spec.fields().stream()
        .filter(f -> f.isFilterable() && f.isFacet())
        .limit(2)
        .map(f -> f.names().getFirst() + ":…")
        .collect(Collectors.joining(" "));
  }

  private void buildBar() {
    bar.addClassName("bar");
    Div grow = new Div();
    grow.addClassName("grow");
    picked.addClassName("picked");
    pickAll.addClassName("linklike");
    pickAll.addClickListener(click -> tickAll());
    pickNone.addClassName("linklike");
    pickNone.addClickListener(click -> untickAll());
    dropHidden.addClassName("linklike");
    dropHidden.addClickListener(click -> untickHidden());
    actions.addClassName("actions");
    bar.add(chips, grow, picked, dropHidden, pickAll, pickNone, actions);
    showSelection();
  }

  private void buildColumns() {
    grid.addClassName("fleet");
    grid.setMultiSort(true, Grid.MultiSortPriority.APPEND, true);
    grid.setColumnReorderingAllowed(true);
    grid.setAriaLabel(spec.many());
    grid.setPartNameGenerator(row -> ticked.contains(spec.id().applyAsLong(row)) ? "ticked" : null);
    if (spec.ticks()) {
      addTickColumn();
    }
    spec.fields().forEach(this::addColumn);
    grid.addSortListener(
        sorted -> {
          if (!applying) {
            become(state.sorted(sorted.getSortOrder().stream().map(ListingGrid::sort).toList()));
          }
        });
  }

  private static <R> Query.Sort sort(GridSortOrder<R> order) {
    return new Query.Sort(
        order.getSorted().getKey(), order.getDirection() == SortDirection.DESCENDING);
  }

  private void addTickColumn() {
    LitRenderer<R> box =
        LitRenderer.<R>of(
                """
                <input type="checkbox" class="tick" aria-label="${item.label}" .checked="${live(item.on)}"
                  @click="${(e) => { tick(e.shiftKey); }}">""")
            .withProperty("on", row -> ticked.contains(spec.id().applyAsLong(row)))
            .withProperty("label", row -> "Tick " + spec.fields().getFirst().cell(row).text())
            .withFunction("tick", (row, arguments) -> tick(row, arguments.get(0).asBoolean()));
    NativeButton all = tickAllBox;
    all.getElement().setAttribute("role", "checkbox");
    all.addClassName("tickall");
    all.setTitle("Tick all matching " + spec.many());
    all.getElement().setAttribute("aria-label", "Tick all matching " + spec.many());
    all.addClickListener(click -> toggleAll());
    Grid.Column<R> column =
        grid.addColumn(box).setHeader(all).setWidth("34px").setFlexGrow(0).setFrozen(true);
    column.setPartNameGenerator(row -> "tickcell");
    column.setHeaderPartName("tickcell");
  }

  /** A last column of buttons for the rows that want one. */
  public void addButton(RowButton<R> button) {
    grid.addColumn(button.renderer()).setHeader("").setWidth("74px").setFlexGrow(0);
  }

  private void addColumn(Field<R> field) {
    Grid.Column<R> column =
        grid.addColumn(CellRenderer.of(field))
            .setKey(field.key())
            .setHeader(field.header())
            .setResizable(true)
            .setFlexGrow(field.grow());
    column.setVisible(!field.isHidden());
    if (field.width().isEmpty()) {
      column.setAutoWidth(true);
    } else {
      column.setWidth(field.width());
    }
    if (field.isSortable()) {
      column.setSortProperty(field.key());
    }
    if (field.isNumeric()) {
      column.setTextAlign(ColumnTextAlign.END);
    }
  }

  /** The search field, for the page's header. */
  public Component search() {
    return search;
  }

  /** "1 236 instances · 3 selected", for the page's footer. */
  public Span count() {
    return count;
  }

  /** Column chooser and CSV, for the page's header. */
  public Component[] tools() {
    return new Component[] {
      CsvDownload.of(spec, this::query),
      ColumnChooser.of(spec.fields(), this::isShown, columns -> become(state.columns(columns)))
    };
  }

  /** Buttons that act on the ticked rows, right of the chips. */
  public void addActions(Component... more) {
    actions.add(more);
  }

  /** What stands in place of rows where there are none at all, filters aside. */
  public void whenEmpty(Component component) {
    noRows.add(component);
  }

  public void whenSelected(Consumer<Set<Long>> listener) {
    selectionListener = listener;
    listener.accept(ticked());
  }

  /** Called when total or filters changed. */
  public void whenChanged(Runnable listener) {
    stateListener = listener;
  }

  public Set<Long> ticked() {
    return Set.copyOf(ticked);
  }

  public long total() {
    return total;
  }

  public boolean isFiltered() {
    return state.isFiltered();
  }

  /** Reopens what an address says. */
  public void open(QueryParameters parameters) {
    apply(GridState.read(parameters, keys(Field::isFilterable), keys(Field::isSortable)));
  }

  private Set<String> keys(Predicate<Field<R>> which) {
    return spec.fields().stream().filter(which).map(Field::key).collect(Collectors.toSet());
  }

  private void become(GridState next) {
    apply(next);
    String address = state.write().getQueryString();
    UI.getCurrent()
        .getPage()
        .getHistory()
        .replaceState(null, spec.path() + (address.isEmpty() ? "" : "?" + address));
  }

  private void apply(GridState next) {
    state = next;
    applying = true;
    search.setValue(next.search());
    chips.show(next.filters());
    spec.fields().forEach(f -> grid.getColumnByKey(f.key()).setVisible(isShown(f)));
    grid.sort(next.sorts().stream().map(this::order).toList());
    applying = false;
    refresh();
  }

  private GridSortOrder<R> order(Query.Sort sort) {
    return new GridSortOrder<>(
        grid.getColumnByKey(sort.column()),
        sort.descending() ? SortDirection.DESCENDING : SortDirection.ASCENDING);
  }

  private boolean isShown(Field<?> field) {
    return state.columns().isEmpty() ? !field.isHidden() : state.columns().contains(field.key());
  }

  private void filterBy(String column, List<String> values) {
    become(state.filter(column, values));
  }

  /** Reads again, keeping place, ticks and focus. */
  public void refresh() {
    rows.refreshAll();
  }

  private Query query() {
    Filters.Parsed parsed = filters.search(state.search(), filterableFields());
    List<Query.Filter> all = new ArrayList<>(spec.fixed());
    all.addAll(parsed.filters());
    for (Field<R> field : filterableFields()) {
      if (!state.values(field.key()).isEmpty()) {
        all.add(filters.raw(field, state.values(field.key())));
      }
    }
    return new Query(all, parsed.text(), state.sorts(), 0, Query.MAX_SIZE);
  }

  private Query everything() {
    return new Query(spec.fixed(), "", List.of(), 0, Query.MAX_SIZE);
  }

  private List<Field<R>> filterableFields() {
    return spec.fields().stream().filter(Field::isFilterable).toList();
  }

  private void pressed(KeyedGrid.Press<R> press) {
    if (press.enter()) {
      @Nullable String link = spec.link().apply(press.row());
      if (link != null) {
        UI.getCurrent().navigate(link);
      }
    } else if (spec.ticks()) {
      tick(press.row(), press.shift());
    }
  }

  private void tick(R row, boolean range) {
    long id = spec.id().applyAsLong(row);
    boolean on = !ticked.contains(id);
    if (range && anchor != null) {
      between(anchor, id).forEach(i -> set(i, on));
      refresh();
    } else {
      set(id, on);
      rows.refreshItem(row);
    }
    anchor = id;
    showSelection();
  }

  private Collection<Long> between(long from, long to) {
    List<Long> keys = spec.listing().keys(query());
    int a = keys.indexOf(from);
    int b = keys.indexOf(to);
    return a < 0 || b < 0 ? List.of(to) : keys.subList(Math.min(a, b), Math.max(a, b) + 1);
  }

  private void set(long id, boolean on) {
    if (on) {
      ticked.add(id);
    } else {
      ticked.remove(id);
    }
  }

  private void toggleAll() {
    if (ticked.isEmpty()) {
      tickAll();
    } else {
      untickAll();
    }
  }

  private void tickAll() {
    answering(() -> ticked.addAll(spec.listing().keys(query())));
    refresh();
    showSelection();
  }

  /** Clears the ticks. */
  public void untickAll() {
    ticked.clear();
    refresh();
    showSelection();
  }

  private void untickHidden() {
    ticked.removeAll(hidden);
    showSelection();
  }

  private void showSelection() {
    findHidden();
    showPicked();
    showCount();
    selectionListener.accept(ticked());
  }

  private void showPicked() {
    boolean any = !ticked.isEmpty();
    tickAllBox.getElement().setAttribute("aria-checked", any ? "mixed" : "false");
    picked.setText(selected());
    picked.setVisible(any);
    dropHidden.setText("untick the %s hidden".formatted(Figures.count(hidden.size())));
    dropHidden.setVisible(!hidden.isEmpty());
    pickNone.setVisible(any);
    pickAll.setVisible(any && total > ticked.size() - hidden.size());
    pickAll.setText("select all " + Figures.count(Math.max(total, 0)) + " matching");
  }

  /** Nobody acts on rows out of sight without being told; rows that are gone are not ticked. */
  private void findHidden() {
    hidden.clear();
    if (!ticked.isEmpty()) {
      ticked.retainAll(spec.listing().matching(everything(), ticked));
    }
    if (!ticked.isEmpty() && state.isFiltered()) {
      answering(
          () -> {
            hidden.addAll(ticked);
            hidden.removeAll(spec.listing().matching(query(), ticked));
          });
    }
  }

  private String selected() {
    return Figures.count(ticked.size())
        + " selected"
        + (hidden.isEmpty()
            ? ""
            : ", %s hidden by the filter".formatted(Figures.count(hidden.size())));
  }

  private void showCount() {
    count.setText(
        (total < 0 ? "" : Figures.count(total, spec.one(), spec.many()))
            + (state.isFiltered() ? " match" + (total == 1 ? "es" : "") : "")
            + (ticked.isEmpty() ? "" : " · " + selected()));
  }

  private void answering(SerializableRunnable question) {
    try {
      question.run();
      complaint.setVisible(false);
    } catch (InvalidQuery e) {
      complaint.setText(e.getMessage());
      complaint.setVisible(true);
    }
  }

  private final class Rows extends AbstractBackEndDataProvider<R, Void> {
    @Override
    protected Stream<R> fetchFromBackEnd(com.vaadin.flow.data.provider.Query<R, Void> wanted) {
      List<R> found = new ArrayList<>();
      answering(
          () ->
              found.addAll(
                  spec.listing().page(query().window(wanted.getOffset(), wanted.getLimit()))));
      return found.stream();
    }

    @Override
    protected int sizeInBackEnd(com.vaadin.flow.data.provider.Query<R, Void> wanted) {
      Map<String, Long> found = new HashMap<>();
      answering(() -> found.put("total", spec.listing().total(query())));
      total = found.getOrDefault("total", 0L);
      int before = ticked.size();
      noRows.setVisible(!state.isFiltered());
      noMatch.setVisible(state.isFiltered());
      findHidden();
      showPicked();
      showCount();
      if (ticked.size() != before) {
        selectionListener.accept(ticked());
      }
      stateListener.run();
      return Math.toIntExact(total);
    }

    @Override
    public Object getId(R row) {
      return spec.id().applyAsLong(row);
    }
  }
}
