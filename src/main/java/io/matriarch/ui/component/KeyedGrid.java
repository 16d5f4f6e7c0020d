package io.matriarch.ui.component;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.ClientCallable;
import com.vaadin.flow.component.grid.Grid;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A grid in which Space ticks the focused row and Enter opens it. */
final class KeyedGrid<R> extends Grid<R> {

  /** A key press on a row. */
  record Press<R>(R row, boolean enter, boolean shift) {}

  private final transient Consumer<Press<R>> pressed;

  KeyedGrid(Consumer<Press<R>> pressed) {
    super(60);
    this.pressed = pressed;
    setSelectionMode(SelectionMode.NONE);
  }

  @Override
  protected void onAttach(AttachEvent attach) {
    super.onAttach(attach);
    getElement().executeJs("window.Matriarch && window.Matriarch.gridKeys(this)");
  }

  @ClientCallable
  void rowKey(String key, String pressedKey, boolean shift) {
    @Nullable R row = getDataCommunicator().getKeyMapper().get(key);
    if (row != null) {
      pressed.accept(new Press<>(row, pressedKey.equals("Enter"), shift));
    }
  }
}
