package io.matriarch.ui.component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One column of a grid: how a row's value is shown, exported, filtered and named in the search
 * field. The key is the column's name in the {@link io.matriarch.database.Listing}.
 */
public final class Field<R> {

  /** How values are compared and written. */
  public enum Kind {
    TEXT,
    NUMBER,
    BYTES,
    AGE,
    INSTANT,
    YES_NO
  }

  /** What one cell shows. All of it reaches the browser as text. */
  public record Cell(
      String text, Tone tone, @Nullable String link, String aside, String title, String style) {
    public static Cell of(@Nullable String text) {
      return new Cell(text == null || text.isEmpty() ? "—" : text, Tone.PLAIN, null, "", "", "");
    }

    public Cell tone(Tone newTone) {
      return new Cell(text, newTone, link, aside, title, style);
    }

    public Cell link(String newLink) {
      return new Cell(text, tone, newLink, aside, title, style);
    }

    public Cell strong() {
      return new Cell(text, tone, link, aside, title, "strong");
    }

    /** Small grey text after the value. */
    public Cell aside(String newAside) {
      return new Cell(text, tone, link, newAside, title, style);
    }

    public Cell title(@Nullable String newTitle) {
      return new Cell(text, tone, link, aside, newTitle == null ? "" : newTitle, style);
    }
  }

  /** Limits after which an age is coloured, in seconds. */
  public record AgeLimits(int stale, int silent) {}

  private final String key;
  private final String header;
  private final Kind kind;
  private final List<String> names = new ArrayList<>();
  private Function<R, Cell> cell = row -> Cell.of("");
  private @Nullable Function<R, @Nullable Instant> instant;
  private Function<R, @Nullable AgeLimits> limits = row -> null;
  private Function<R, @Nullable Object> export = row -> null;
  private boolean facet;
  private boolean hidden;
  private boolean sortable = true;
  private boolean filterable = true;
  private String before = "";
  private String style = "";
  private String width = "";
  private int grow;

  private Field(String key, String header, Kind kind) {
    this.key = key;
    this.header = header;
    this.kind = kind;
    names.add(header.toLowerCase(Locale.ROOT).replace(" ", ""));
    names.add(key.toLowerCase(Locale.ROOT));
  }

  public static <R> Field<R> text(String key, String header, Function<R, @Nullable String> value) {
    Field<R> field = new Field<>(key, header, Kind.TEXT);
    field.cell = row -> Cell.of(value.apply(row));
    field.export = value::apply;
    return field;
  }

  public static <R> Field<R> number(
      String key, String header, Function<R, @Nullable Number> value) {
    Field<R> field = new Field<>(key, header, Kind.NUMBER);
    field.cell = row -> number(value.apply(row));
    field.export = value::apply;
    return field.style("n");
  }

  public static <R> Field<R> bytes(String key, String header, Function<R, @Nullable Long> value) {
    Field<R> field = new Field<>(key, header, Kind.BYTES);
    field.cell = row -> Cell.of(Figures.bytes(value.apply(row), "—"));
    field.export = value::apply;
    return field.style("n");
  }

  /** How long ago; {@code names:>5m} finds the rows older than that. */
  public static <R> Field<R> age(String key, String header, Function<R, @Nullable Instant> value) {
    Field<R> field = new Field<>(key, header, Kind.AGE);
    field.instant = value;
    field.export = value::apply;
    return field.style("n mute");
  }

  /** A time that people chose, in the reader's zone. */
  public static <R> Field<R> time(String key, String header, Function<R, @Nullable Instant> value) {
    Field<R> field = new Field<>(key, header, Kind.INSTANT);
    field.instant = value;
    field.export = value::apply;
    return field.style("n mute");
  }

  /** Shows a time in the reader's zone in place of the value, behind a word. */
  public Field<R> at(String word, Function<R, @Nullable Instant> value) {
    instant = value;
    before = word;
    return this;
  }

  public static <R> Field<R> yesNo(
      String key, String header, Function<R, @Nullable Boolean> value) {
    Field<R> field = new Field<>(key, header, Kind.YES_NO);
    field.cell = row -> Cell.of(word(value.apply(row)));
    field.export = value::apply;
    return field;
  }

  private static Cell number(@Nullable Number value) {
    return Cell.of(
        value == null
            ? null
            : value instanceof Double d ? String.format(Locale.ROOT, "%.2f", d) : value.toString());
  }

  private static String word(@Nullable Boolean value) {
    return value == null ? "unknown" : value ? "yes" : "no";
  }

  /** Shows something richer than the bare value. */
  public Field<R> shown(Function<R, Cell> newCell) {
    cell = newCell;
    return this;
  }

  public Field<R> limits(Function<R, @Nullable AgeLimits> newLimits) {
    limits = newLimits;
    return this;
  }

  /** Offers the distinct values as a chip above the grid. */
  public Field<R> facet() {
    facet = true;
    return this;
  }

  public Field<R> hidden() {
    hidden = true;
    return this;
  }

  /** Shown only: the listing knows no such column. */
  public Field<R> unsorted() {
    sortable = false;
    filterable = false;
    return this;
  }

  /** Sorted, but no filter is offered. */
  public Field<R> unfiltered() {
    filterable = false;
    return this;
  }

  public Field<R> style(String newStyle) {
    style = newStyle;
    return this;
  }

  public Field<R> width(String newWidth) {
    width = newWidth;
    return this;
  }

  public Field<R> grow(int newGrow) {
    grow = newGrow;
    return this;
  }

  /** Further names under which the search field knows this column. */
  public Field<R> also(String... more) {
    names.addAll(List.of(more));
    return this;
  }

  public String key() {
    return key;
  }

  public String header() {
    return header;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isFacet() {
    return facet;
  }

  List<String> names() {
    return names;
  }

  boolean isHidden() {
    return hidden;
  }

  boolean isSortable() {
    return sortable;
  }

  boolean isFilterable() {
    return filterable;
  }

  String style() {
    return style;
  }

  String width() {
    return width;
  }

  int grow() {
    return grow;
  }

  boolean isNumeric() {
    return style.startsWith("n");
  }

  Cell cell(R row) {
    return cell.apply(row);
  }

  @Nullable Function<R, @Nullable Instant> instant() {
    return instant;
  }

  /** What stands before a time. */
  String before() {
    return before;
  }

  @Nullable AgeLimits limits(R row) {
    return limits.apply(row);
  }

  @Nullable Object exported(R row) {
    return export.apply(row);
  }
}
