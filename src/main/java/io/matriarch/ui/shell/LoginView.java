package io.matriarch.ui.shell;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.login.LoginForm;
import com.vaadin.flow.component.login.LoginI18n;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.WrappedSession;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import io.matriarch.security.SignInRefused;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.security.web.WebAttributes;

/** Where people sign in, and are told why they could not. */
@Route(value = "login", autoLayout = false)
@PageTitle("Sign in · Matriarch")
@AnonymousAllowed
final class LoginView extends Main implements BeforeEnterObserver {

  private final LoginForm form = new LoginForm();
  private final LoginI18n texts = LoginI18n.createDefault();

  LoginView(ServerProperties server) {
    addClassName("signin");
    form.setAction("login");
    form.setForgotPasswordButtonVisible(false);
    texts.getForm().setTitle("Sign in");
    texts.getForm().setUsername("Name");
    texts.getForm().setSubmit("Sign in");
    form.setI18n(texts);
    Div box = new Div(form);
    box.addClassName("box");
    if (!Ssl.isEnabled(server.getSsl())) {
      Paragraph notice =
          new Paragraph(
              "No certificate is configured, so this console answers on this machine only. Set"
                  + " server.ssl.bundle to open it to the network.");
      notice.addClassName("notice");
      box.add(notice);
    }
    Div door = new Div(box);
    door.addClassName("door");
    add(art(), door);
  }

  private static Div art() {
    Div word = new Div(new Icon(), new Span("Matriarch"));
    word.addClassName("word");
    H1 claim =
        new H1("Every PostgreSQL you run, where it stands, and one careful hand on all of it.");
    claim.addClassName("claim");
    Paragraph fine =
        new Paragraph(
            "Nothing is done before you have read exactly what will be done. Everything that was"
                + " done is on the record.");
    fine.addClassName("fine");
    Div art = new Div(word, claim, fine);
    art.addClassName("art");
    return art;
  }

  @Override
  public void beforeEnter(BeforeEnterEvent enter) {
    if (enter.getLocation().getQueryParameters().getParameters().containsKey("error")) {
      Object reason = lastFailure();
      texts.getErrorMessage().setTitle("Not signed in");
      texts
          .getErrorMessage()
          .setMessage(
              reason instanceof SignInRefused refused
                  ? refused.getMessage()
                  : "The name or the password is not right.");
      form.setI18n(texts);
      form.setError(true);
    }
  }

  private static Object lastFailure() {
    VaadinRequest request = VaadinRequest.getCurrent();
    WrappedSession session = request == null ? null : request.getWrappedSession(false);
    Object failure =
        session == null ? null : session.getAttribute(WebAttributes.AUTHENTICATION_EXCEPTION);
    return failure == null ? "" : failure;
  }
}
