package io.matriarch.ui.component;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;

/** Says what will be different, and asks once; its button names what it does. */
public final class AskDialog extends Dialog {

  public AskDialog(String title, String consequence, String yes, Runnable act) {
    setHeaderTitle(title);
    setWidth("min(520px, 94vw)");
    add(new Paragraph(consequence));
    Button button = new Button(yes);
    button.addThemeName("primary");
    button.addClickListener(
        click -> {
          close();
          act.run();
        });
    getFooter().add(new Button("Cancel", click -> close()), button);
  }
}
