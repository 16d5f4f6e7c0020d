package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long ago something was, ticking in the browser; the tooltip is the instant itself. */
@Tag("m-age")
public final class Age extends Component {

  public Age(@Nullable Instant at) {
    show(at);
  }

  public Age show(@Nullable Instant at) {
    getElement().setAttribute("at", at == null ? "" : at.toString());
    return this;
  }

  /** Shown after the figure: " ago". */
  public Age suffix(String suffix) {
    getElement().setAttribute("suffix", suffix);
    return this;
  }

  /** Colours the age once it passes these many seconds. */
  public Age limits(int stale, int silent) {
    getElement().setAttribute("stale", String.valueOf(stale));
    getElement().setAttribute("silent", String.valueOf(silent));
    return this;
  }
}
