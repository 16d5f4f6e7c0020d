package io.matriarch.ui.component;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.server.streams.DownloadEvent;
import com.vaadin.flow.server.streams.DownloadHandler;
import io.matriarch.database.Query;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** The button "CSV": every matching row, all columns, not just the page on screen. */
final class CsvDownload {

  private CsvDownload() {}

  static <R> Anchor of(ListingGrid.Spec<R> spec, Supplier<Query> query) {
    Anchor anchor = new Anchor((DownloadHandler) event -> write(spec, query.get(), event), "CSV");
    anchor.addClassName("button");
    anchor.setTitle("Download all matching rows");
    anchor.getElement().setAttribute("download", spec.many().replace(' ', '-') + ".csv");
    return anchor;
  }

  private static <R> void write(ListingGrid.Spec<R> spec, Query query, DownloadEvent event)
      throws IOException {
    event.setFileName(spec.many().replace(' ', '-') + ".csv");
    event.setContentType("text/csv; charset=utf-8");
    try (Writer out = new OutputStreamWriter(event.getOutputStream(), StandardCharsets.UTF_8)) {
      Csv.line(out, spec.fields().stream().map(Field::header).toList());
      int offset = 0;
      List<R> page;
      do {
        page = spec.listing().page(query.window(offset, Query.MAX_SIZE));
        for (R row : page) {
          Csv.line(out, spec.fields().stream().map(f -> f.exported(row)).toList());
        }
        offset += page.size();
      } while (page.size() == Query.MAX_SIZE);
    }
  }
}
