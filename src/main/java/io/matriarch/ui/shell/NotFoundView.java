package io.matriarch.ui.shell;

import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.ParentLayout;
import com.vaadin.flow.server.HttpStatusCode;
import com.vaadin.flow.server.auth.AnonymousAllowed;

/** There is no such page, or no such thing any more. */
@ParentLayout(MainLayout.class)
@PageTitle("Not found · Matriarch")
@AnonymousAllowed
final class NotFoundView extends ErrorPage implements HasErrorParameter<NotFoundException> {

  @Override
  public int setErrorParameter(BeforeEnterEvent enter, ErrorParameter<NotFoundException> error) {
    String custom = error.getCustomMessage();
    say(
        "404",
        "There is nothing at this address",
        !custom.startsWith("There is ")
            ? "The page was never there, or what it showed was deleted since the link was made."
            : custom + " It may have been deleted since the link was made.");
    return HttpStatusCode.NOT_FOUND.getCode();
  }
}
