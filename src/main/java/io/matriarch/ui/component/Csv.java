package io.matriarch.ui.component;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 lines. A cell that a spreadsheet would read as a formula gets an apostrophe in front,
 * since names come from other people's servers.
 */
final class Csv {

  private Csv() {}

  static void line(Appendable out, List<? extends @Nullable Object> cells) throws IOException {
    for (int i = 0; i < cells.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      out.append(cell(cells.get(i)));
    }
    out.append("\r\n");
  }

  static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Number) {
      return value.toString();
    }
    String text = value.toString();
    if (!text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    return text.matches("(?s).*[\",\\r\\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
