package io.matriarch.ui.component;

import com.vaadin.flow.component.grid.ColumnTextAlign;
import com.vaadin.flow.component.grid.Grid;
import java.util.List;

/** A short table inside a page: the columns of a {@link ListingGrid} without its machinery. */
public final class PlainGrid<R> extends Grid<R> {

  public PlainGrid(String label, List<Field<R>> fields) {
    super(200);
    addClassNames("fleet", "plain");
    setAriaLabel(label);
    setSelectionMode(SelectionMode.NONE);
    setAllRowsVisible(true);
    for (Field<R> field : fields) {
      Grid.Column<R> column =
          addColumn(CellRenderer.of(field)).setHeader(field.header()).setFlexGrow(field.grow());
      if (!field.width().isEmpty()) {
        column.setWidth(field.width());
      }
      if (field.isNumeric()) {
        column.setTextAlign(ColumnTextAlign.END);
      }
    }
  }

  /** A last column of buttons for the rows that want one. */
  public void addButton(RowButton<R> button) {
    addColumn(button.renderer()).setHeader("").setWidth("74px").setFlexGrow(0);
  }
}
