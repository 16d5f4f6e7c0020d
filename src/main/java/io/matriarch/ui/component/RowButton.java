package io.matriarch.ui.component;

import com.vaadin.flow.data.renderer.LitRenderer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A button in a row of a grid, where the row wants one.
 *
 * @param label what it says; null for a row without
 * @param name what it does to which row, for those who do not see the row
 */
public record RowButton<R>(
    Function<R, @Nullable String> label, Function<R, String> name, Consumer<R> press) {

  LitRenderer<R> renderer() {
    return LitRenderer.<R>of(
            """
            ${item.word ? html`<button class="rowbutton" aria-label="${item.name}"
              @click="${(e) => { e.stopPropagation(); press(); }}">${item.word}</button>` : ''}""")
        .withProperty("word", row -> label.apply(row))
        .withProperty("name", row -> label.apply(row) == null ? "" : name.apply(row))
        .withFunction("press", press::accept);
  }
}
