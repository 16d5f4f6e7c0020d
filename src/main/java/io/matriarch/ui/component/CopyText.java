package io.matriarch.ui.component;

import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;

/** A line to be copied, with a button that does it. */
public final class CopyText extends Div {

  public CopyText(String text) {
    addClassName("copytext");
    Code code = new Code(text);
    NativeButton copy = new NativeButton("copy");
    copy.addClassName("linklike");
    copy.addClickListener(
        click ->
            copy.getElement()
                .executeJs(
                    "navigator.clipboard?.writeText($0).then(() => { this.textContent = 'copied'; })",
                    text));
    add(code, copy);
  }
}
