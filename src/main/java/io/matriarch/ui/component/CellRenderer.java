package io.matriarch.ui.component;

import com.vaadin.flow.data.renderer.LitRenderer;
import com.vaadin.flow.data.renderer.Renderer;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Draws cells in the browser from plain values, which Lit inserts as text. */
final class CellRenderer {

  /** Text, class, sign, title, aside, link: a list, since the serialiser takes maps for beans. */
  private static final String VALUE =
      """
      <span class="${item.v[1]}" title="${item.v[3]}">${item.v[2] ? html`<span class="sign" aria-hidden="true">${item.v[2]}</span> ` : ''}${
        item.v[5] ? html`<a href="${item.v[5]}" router-link tabindex="-1">${item.v[0]}</a>` : item.v[0]}${
        item.v[4] ? html` <span class="mute">${item.v[4]}</span>` : ''}</span>""";

  private static final String AGE =
      """
      <m-age at="${item.v[0]}" stale="${item.v[1]}" silent="${item.v[2]}"></m-age>""";

  private static final String TIME =
      """
      ${item.v[0] ? html`${item.v[3]}<m-time at="${item.v[0]}" form="minute"></m-time>` : ''}""";

  private CellRenderer() {}

  static <R> Renderer<R> of(Field<R> field) {
    @Nullable Function<R, @Nullable Instant> instant = field.instant();
    if (instant == null) {
      return LitRenderer.<R>of(VALUE).withProperty("v", row -> value(field, row));
    }
    return LitRenderer.<R>of(field.kind() == Field.Kind.AGE ? AGE : TIME)
        .withProperty("v", row -> age(field, instant, row));
  }

  private static <R> List<String> value(Field<R> field, R row) {
    Field.Cell cell = field.cell(row);
    String link = cell.link();
    return List.of(
        cell.text(),
        (field.style() + " " + cell.tone().style() + " " + cell.style()).strip(),
        cell.tone() == Tone.WARN && field.isNumeric() ? "" : cell.tone().sign(),
        title(field, cell),
        cell.aside(),
        link == null ? "" : link);
  }

  /** A text may be wider than its column. */
  private static String title(Field<?> field, Field.Cell cell) {
    return cell.title().isEmpty() && field.kind() == Field.Kind.TEXT && !cell.text().equals("—")
        ? (cell.text() + " " + cell.aside()).strip()
        : cell.title();
  }

  private static <R> List<String> age(
      Field<R> field, Function<R, @Nullable Instant> instant, R row) {
    Instant at = instant.apply(row);
    Field.@Nullable AgeLimits limits = field.limits(row);
    return List.of(
        at == null ? "" : at.toString(),
        limits == null ? "1e12" : String.valueOf(limits.stale()),
        limits == null ? "1e12" : String.valueOf(limits.silent()),
        field.before());
  }
}
