package io.matriarch.ui.component;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;
import io.matriarch.security.Secret;

/** Shows a secret once. */
public final class TokenDialog extends Dialog {

  public TokenDialog(String title, String text, Secret token) {
    setHeaderTitle(title);
    setWidth("min(640px, 94vw)");
    setCloseOnOutsideClick(false);
    add(new Paragraph(text), new CopyText(token.reveal()));
    Button done = new Button("I have kept it", click -> close());
    done.addThemeName("primary");
    getFooter().add(done);
  }
}
