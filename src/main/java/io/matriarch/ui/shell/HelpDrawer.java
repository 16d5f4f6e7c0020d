package io.matriarch.ui.shell;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Aside;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.markdown.Markdown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Help beside the page, one text a topic, written in {@code help/*.md}. */
final class HelpDrawer extends Aside {

  private final Markdown text = new Markdown("");
  private @Nullable String shown;

  HelpDrawer() {
    addClassName("help");
    getElement().setAttribute("aria-label", "Help");
    Button close = new Button("Close", click -> hide());
    Span title = new Span("Help");
    title.addClassName("strong");
    Div top = new Div(title, close);
    top.addClassName("top");
    add(top, text);
    setVisible(false);
  }

  void toggle(String topic) {
    if (topic.equals(shown)) {
      hide();
    } else {
      shown = topic;
      text.setContent(read(topic));
      setVisible(true);
    }
  }

  private void hide() {
    shown = null;
    setVisible(false);
  }

  private static String read(String topic) {
    try (InputStream in = HelpDrawer.class.getResourceAsStream("/help/" + topic + ".md")) {
      return in == null
          ? "There is no help on this page yet."
          : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
