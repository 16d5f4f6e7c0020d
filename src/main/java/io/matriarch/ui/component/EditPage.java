package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Focusable;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.shared.HasValidationProperties;
import com.vaadin.flow.component.textfield.IntegerField;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.EditRefused;
import io.matriarch.inventory.InvalidField;
import io.matriarch.security.AccessRefused;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A form. What the service refuses is shown at the field it names, or above the buttons; nothing
 * typed is lost.
 */
public abstract class EditPage extends Page {

  private final transient Map<String, HasValidationProperties> fields = new HashMap<>();
  private final Div form = new Div();
  private final Div error = new Div();
  private final Div buttons = new Div();

  protected EditPage(String title, String helpTopic) {
    super(title, helpTopic);
    form.addClassName("form");
    error.addClassName("formerror");
    error.getElement().setAttribute("role", "alert");
    error.setVisible(false);
    buttons.addClassName("formbuttons");
    Div sheet = new Div(form, error, buttons);
    sheet.addClassName("sheet");
    addBody().add(sheet);
  }

  /** Adds a field under the name by which the service complains about it. */
  protected final <F extends Component & HasValidationProperties> F field(String name, F field) {
    if (field instanceof IntegerField number) {
      number.setI18n(
          new IntegerField.IntegerFieldI18n().setBadInputErrorMessage("It is no whole number."));
    }
    fields.put(name, field);
    form.add(field);
    return field;
  }

  protected final void part(Component... parts) {
    form.add(parts);
  }

  protected final Button button(String text, Runnable act) {
    Button button = new Button(text, click -> attempt(act));
    buttons.add(button);
    return button;
  }

  protected final Button primary(String text, Runnable act) {
    Button button = button(text, act);
    button.addThemeName("primary");
    return button;
  }

  /**
   * Says what became of an edit.
   *
   * @param what "environment prod"
   * @param made null if it was a change of what existed
   */
  protected static void told(String what, @Nullable Creation made) {
    Notices.good(
        made == null || made.isNew()
            ? "Saved %s.".formatted(what)
            : "There was such a thing already, as you wrote it: %s. Nothing changed."
                .formatted(what));
  }

  /** Runs an edit and shows why it was refused, if it was. */
  protected final void attempt(Runnable edit) {
    if (fields.values().stream().anyMatch(EditPage::unreadable)) {
      return;
    }
    fields.values().forEach(field -> field.setInvalid(false));
    complain(null);
    try {
      edit.run();
    } catch (InvalidField e) {
      invalid(e.field(), e.reason());
    } catch (EditRefused e) {
      complain(e.reason());
    } catch (AccessRefused | IllegalArgumentException e) {
      complain(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What was typed is no number: it reaches us as if nothing was, and must not be saved as that.
   */
  private static boolean unreadable(HasValidationProperties field) {
    return field instanceof IntegerField number && number.isEmpty() && number.isInvalid();
  }

  private void invalid(String name, String reason) {
    HasValidationProperties field = fields.get(name);
    if (field == null) {
      complain(reason);
    } else {
      field.setErrorMessage(
          reason.startsWith(name + " ") ? "It" + reason.substring(name.length()) : reason);
      field.setInvalid(true);
      if (field instanceof Focusable<?> there) {
        there.focus();
      }
    }
  }

  protected final void complain(@Nullable String reason) {
    error.setText(reason == null ? "" : reason);
    error.setVisible(reason != null);
    if (reason != null) {
      error.scrollIntoView();
    }
  }
}
