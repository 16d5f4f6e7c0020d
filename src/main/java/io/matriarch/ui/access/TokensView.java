package io.matriarch.ui.access;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.Route;
import io.matriarch.security.ApiToken;
import io.matriarch.security.Tokens;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.DeleteDialog;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Page;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Time;
import io.matriarch.ui.component.Tone;
import jakarta.annotation.security.RolesAllowed;
import java.time.Clock;
import java.util.List;

/** Bearer tokens of other tools. A secret is shown once. */
@Route("tokens")
@RolesAllowed("ADMIN")
final class TokensView extends Page {

  private final transient Tokens tokens;
  private final transient Clock clock;
  private final Div list = new Div();

  TokensView(Tokens tokens, Clock clock) {
    super("API tokens", "tokens");
    this.tokens = tokens;
    this.clock = clock;
    list.addClassName("table");
    addBody().add(list);
    Button add =
        new Button("New token", click -> new NewTokenDialog(tokens, clock, this::refresh).open());
    add.addThemeName("primary");
    addButtons(add);
    refresh();
  }

  private void refresh() {
    list.removeAll();
    List<ApiToken> all = tokens.list();
    if (all.isEmpty()) {
      list.add(
          new Empty(
              "No tokens",
              "Scripts and other tools call the API under /api with a token that carries a role."));
      return;
    }
    list.add(
        row(
            "headings",
            new Span("Name"),
            new Span("Role"),
            new Span("State"),
            new Span("Made"),
            new Span("Expires"),
            new Span("Last used"),
            new Span("")));
    all.forEach(token -> list.add(line(token)));
  }

  private Div line(ApiToken token) {
    Span name = new Span(token.name());
    name.addClassName("strong");
    Div made =
        new Div(new Age(token.createdAt()).suffix(" ago"), new Span(" by " + token.createdBy()));
    return row(
        "row",
        name,
        new Span(token.role().stored()),
        new StateBadge(state(token)),
        made,
        token.expiresAt() == null ? new Span("never") : new Time(token.expiresAt()),
        new Age(token.lastUsedAt()),
        token.revokedAt() == null ? revoke(token) : new Span("by " + token.revokedBy()));
  }

  private StateText state(ApiToken token) {
    if (token.revokedAt() != null) {
      return StateText.of("revoked", Tone.IDLE);
    }
    return token.expiresAt() != null && token.expiresAt().isBefore(clock.instant())
        ? StateText.of("expired", Tone.WARN)
        : StateText.of("in use", Tone.OK);
  }

  private Button revoke(ApiToken token) {
    return new Button(
        "Revoke…",
        click ->
            new DeleteDialog(
                    "token " + token.name(),
                    "Whatever uses it is refused from now on. The record of what it did stays.",
                    () -> {
                      tokens.revoke(token.id());
                      refresh();
                    })
                .open());
  }

  private static Div row(String style, com.vaadin.flow.component.Component... cells) {
    Div row = new Div(cells);
    row.addClassNames(style, "seven");
    return row;
  }
}
