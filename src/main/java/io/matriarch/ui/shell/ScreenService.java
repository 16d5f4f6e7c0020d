package io.matriarch.ui.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.CustomizedSystemMessages;
import com.vaadin.flow.server.ServiceInitEvent;
import com.vaadin.flow.server.VaadinServiceInitListener;
import io.matriarch.job.InvalidRequest;
import io.matriarch.security.AccessRefused;
import io.matriarch.ui.component.Notices;
import org.springframework.stereotype.Component;

/**
 * An expired session reloads the page, which leads through sign-in back to the same address; what a
 * click breaks is shown with an id, and the page stays.
 */
@Component
final class ScreenService implements VaadinServiceInitListener {

  private static final long serialVersionUID = 1;

  @Override
  public void serviceInit(ServiceInitEvent init) {
    init.getSource().setSystemMessagesProvider(info -> messages());
    init.getSource()
        .addSessionInitListener(
            session -> session.getSession().setErrorHandler(error -> failed(error.getThrowable())));
  }

  private static CustomizedSystemMessages messages() {
    CustomizedSystemMessages messages = new CustomizedSystemMessages();
    messages.setSessionExpiredNotificationEnabled(false);
    messages.setInternalErrorCaption("This page broke");
    messages.setInternalErrorMessage("The cause stands in the console's log. Reload to go on.");
    return messages;
  }

  private static void failed(Throwable failure) {
    UI ui = UI.getCurrent();
    if (refusal(failure)) {
      tell(ui, String.valueOf(failure.getMessage()));
    } else {
      String id = Failures.log("a click", failure);
      tell(
          ui, "That did not work. Error id " + id + " stands in the console's log with the cause.");
    }
  }

  private static boolean refusal(Throwable failure) {
    return failure instanceof AccessRefused || failure instanceof InvalidRequest;
  }

  private static void tell(@org.jspecify.annotations.Nullable UI ui, String text) {
    if (ui != null) {
      ui.access(() -> Notices.bad(text));
    }
  }
}
