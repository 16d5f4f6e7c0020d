package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.dependency.JsModule;
import io.matriarch.job.LogLine;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Log lines as they come; the browser adds them as text, each in its place, and follows the end
 * unless scrolled up.
 */
@Tag("m-log")
@JsModule("context://ui/log.js")
final class LogPane extends Component {

  void clear() {
    call("clear");
  }

  void append(List<LogLine> lines) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (LogLine line : lines) {
      all.addArray()
          .add(line.seq())
          .add(line.at().toString())
          .add(line.source())
          .add(line.stream())
          .add(line.text());
    }
    call("append", all);
  }

  /** Says that earlier lines were left out. */
  void cut(boolean on) {
    getElement().setAttribute("dropped", on);
  }

  void following(boolean on) {
    getElement().setAttribute("following", on);
  }

  /** What stands there while there is no line. */
  void whenEmpty(String text) {
    getElement().setAttribute("empty", text);
  }

  /** All calls wait for the element's definition, so that they keep their order. */
  private void call(String method, Object... arguments) {
    getElement()
        .executeJs(
            "customElements.whenDefined('m-log').then(() => this."
                + method
                + (arguments.length == 0 ? "())" : "($0))"),
            arguments);
  }
}
