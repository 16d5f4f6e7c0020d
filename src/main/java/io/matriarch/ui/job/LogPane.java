package io.matriarch.ui.job;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.dependency.JsModule;
import io.matriarch.job.LogLine;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Log lines as they come; the browser adds them as text and follows the end unless scrolled up. */
@Tag("m-log")
@JsModule("context://ui/log.js")
final class LogPane extends Component {

  void clear() {
    getElement().executeJs("this.clear && this.clear()");
  }

  void append(List<LogLine> lines) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (LogLine line : lines) {
      all.addArray()
          .add(line.at().toString())
          .add(line.source())
          .add(line.stream())
          .add(line.text());
    }
    getElement().executeJs("customElements.whenDefined('m-log').then(() => this.append($0))", all);
  }

  void following(boolean on) {
    getElement().setAttribute("following", on);
  }
}
