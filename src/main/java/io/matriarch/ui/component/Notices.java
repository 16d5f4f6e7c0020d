package io.matriarch.ui.component;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.notification.Notification;

/** Short messages at the lower edge: what went well leaves by itself, what did not stays. */
public final class Notices {

  private static final int SECONDS = 4;

  private Notices() {}

  public static void good(String text) {
    Notification.show(text, SECONDS * 1000, Notification.Position.BOTTOM_END);
  }

  public static void bad(String text) {
    Notification notice = new Notification();
    Span message = new Span(text);
    Button close = new Button("Close", click -> notice.close());
    Div content = new Div(message, close);
    content.addClassName("badnotice");
    notice.add(content);
    notice.setAssertive(true);
    notice.setDuration(0);
    notice.setPosition(Notification.Position.BOTTOM_END);
    notice.open();
  }
}
