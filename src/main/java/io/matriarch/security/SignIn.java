package io.matriarch.security;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Origin;
import io.matriarch.audit.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** Lets people in by directory or break-glass; every attempt is on the audit trail. */
final class SignIn implements AuthenticationManager {

  private static final Logger log = LoggerFactory.getLogger(SignIn.class);
  private static final String ACTION = "sign-in";
  private static final int LONGEST_NAME = 256;

  private final Directory directory;
  private final BreakGlass breakGlass;
  private final FailedSignIns failures;
  private final Audit audit;
  private final Clock clock;

  SignIn(
      Directory directory,
      BreakGlass breakGlass,
      FailedSignIns failures,
      Audit audit,
      Clock clock) {
    this.directory = directory;
    this.breakGlass = breakGlass;
    this.failures = failures;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public Authentication authenticate(Authentication attempt) {
    String name = attempt.getName().strip().toLowerCase(Locale.ROOT);
    Secret password = Secret.of(Objects.toString(attempt.getCredentials(), ""));
    String address =
        attempt.getDetails() instanceof WebAuthenticationDetails web
            ? Objects.toString(web.getRemoteAddress(), "")
            : "";
    try {
      refuseGuessing(name, address);
      Actor actor = new Actor(name, role(name, password, address), Origin.SCREEN, address);
      failures.succeeded(name, address);
      audit.done(
          actor.entry(name.equals(BreakGlass.NAME) ? "sign-in.break-glass" : ACTION),
          Outcome.SUCCEEDED);
      return new ActorAuthentication(actor, clock.instant());
    } catch (SignInRefused refused) {
      refused(name, address, refused);
      throw refused;
    }
  }

  private Role role(String name, Secret password, String address) {
    // A directory takes an empty password for an anonymous bind, which succeeds.
    if (name.isEmpty() || name.length() > LONGEST_NAME || password.reveal().isEmpty()) {
      throw SignInRefused.wrong();
    }
    if (!name.equals(BreakGlass.NAME)) {
      return directory.roleOf(name, password);
    }
    if (!breakGlass.use(password, address)) {
      throw SignInRefused.wrong();
    }
    return Role.ADMIN;
  }

  private void refuseGuessing(String name, String address) {
    Duration wait = failures.wait(name, address);
    if (wait.isPositive()) {
      throw new SignInRefused(
          SignInRefused.Reason.TOO_MANY_ATTEMPTS,
          "Too many failed attempts; try again in %d s.".formatted(wait.toSeconds() + 1));
    }
  }

  private void refused(String name, String address, SignInRefused refused) {
    if (refused.reason() == SignInRefused.Reason.WRONG_NAME_OR_PASSWORD) {
      failures.failed(name, address);
    }
    log.info("Sign-in from {} refused: {}", address, refused.reason());
    audit.denied(
        AuditEntry.of(name, null, Origin.SCREEN, address, ACTION)
            .with("reason", refused.reason().name().toLowerCase(Locale.ROOT)));
  }
}
