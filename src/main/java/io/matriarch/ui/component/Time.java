package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An instant in the zone that the reader chose, with the zone's name. */
@Tag("m-time")
public final class Time extends Component {

  public Time(@Nullable Instant at) {
    getElement().setAttribute("at", at == null ? "" : at.toString());
  }

  /** Without its seconds: a time that people chose. */
  public Time toTheMinute() {
    getElement().setAttribute("form", "minute");
    return this;
  }
}
