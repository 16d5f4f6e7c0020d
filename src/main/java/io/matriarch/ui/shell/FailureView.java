package io.matriarch.ui.shell;

import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.ParentLayout;
import com.vaadin.flow.server.HttpStatusCode;
import com.vaadin.flow.server.auth.AnonymousAllowed;

/** A page broke while it was made; the id on it stands in the log. */
@ParentLayout(MainLayout.class)
@PageTitle("Error · Matriarch")
@AnonymousAllowed
final class FailureView extends ErrorPage implements HasErrorParameter<Exception> {

  @Override
  public int setErrorParameter(BeforeEnterEvent enter, ErrorParameter<Exception> error) {
    String id = Failures.log("page " + enter.getLocation().getPath(), error.getException());
    say(
        "500",
        "This page could not be made",
        "Nothing was changed on any server by opening it. Try again; if it stays, give this id to"
            + " whoever runs this console, it stands in its log with the cause.",
        new Paragraph(new Span("Error id "), new Code(id)));
    return HttpStatusCode.INTERNAL_SERVER_ERROR.getCode();
  }
}
