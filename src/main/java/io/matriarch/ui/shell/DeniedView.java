package io.matriarch.ui.shell;

import com.vaadin.flow.router.AccessDeniedException;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.ParentLayout;
import com.vaadin.flow.server.HttpStatusCode;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import io.matriarch.security.Access;

/** The signed-in person's role may not open this page. */
@ParentLayout(MainLayout.class)
@PageTitle("Not allowed · Matriarch")
@AnonymousAllowed
final class DeniedView extends ErrorPage implements HasErrorParameter<AccessDeniedException> {

  private final transient Access access;

  DeniedView(Access access) {
    this.access = access;
  }

  @Override
  public int setErrorParameter(
      BeforeEnterEvent enter, ErrorParameter<AccessDeniedException> error) {
    String role = access.actor().map(actor -> actor.role().stored()).orElse("none");
    say(
        "403",
        "Your role may not open this page",
        "You are signed in with the role "
            + role
            + ". Roles come from groups of the directory; ask an administrator of Matriarch.");
    return HttpStatusCode.FORBIDDEN.getCode();
  }
}
