package io.matriarch.ui.component;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;

/** Asks once more before something is deleted; its button names what. */
public final class DeleteDialog extends Dialog {

  public DeleteDialog(String what, String consequence, Runnable delete) {
    setHeaderTitle("Delete " + what + "?");
    setWidth("min(520px, 94vw)");
    add(new Paragraph(consequence));
    Button yes = new Button("Delete " + what);
    yes.addThemeName("danger");
    yes.addClickListener(
        click -> {
          close();
          delete.run();
        });
    getFooter().add(new Button("Keep it", click -> close()), yes);
  }
}
