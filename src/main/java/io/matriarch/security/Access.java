package io.matriarch.security;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Origin;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Service;

/** The one place that decides who may do what, for screens, API, rules and jobs alike. */
@Service
public class Access {

  private static final ScopedValue<Actor> ACTING = ScopedValue.newInstance();

  private final Audit audit;

  Access(Audit audit) {
    this.audit = audit;
  }

  /**
   * The actor, if they have the role there.
   *
   * @throws AccessRefused after the refusal was written to the audit trail
   */
  public Actor require(Role role, Scope scope, String action, String target) {
    Optional<Actor> actor = actor();
    if (actor.isPresent() && has(actor.get(), role, scope)) {
      return actor.get();
    }
    AuditEntry entry =
        actor
            .map(known -> known.entry(action))
            .orElseGet(() -> AuditEntry.of("(nobody)", null, Origin.SYSTEM, null, action));
    audit.denied(entry.on(null, target, null).with("needs", role.stored()));
    throw new AccessRefused(actor.orElse(null), role, action, target);
  }

  /** For menus and routes: whether {@link #require} would pass. Leaves no trace. */
  public boolean allows(Role role, Scope scope) {
    return actor().filter(actor -> has(actor, role, scope)).isPresent();
  }

  /**
   * Who acts now.
   *
   * @throws IllegalStateException if nobody does
   */
  public Actor current() {
    return actor().orElseThrow(() -> new IllegalStateException("nobody is signed in"));
  }

  /** Who acts now, if anybody. */
  public Optional<Actor> actor() {
    if (ACTING.isBound()) {
      return Optional.of(ACTING.get());
    }
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    return authentication != null && authentication.getPrincipal() instanceof Actor actor
        ? Optional.of(actor)
        : Optional.empty();
  }

  /** Runs work on behalf of an actor, on this thread; threads it starts do not inherit that. */
  public static <T, X extends Throwable> T as(Actor actor, ScopedValue.CallableOp<T, X> work)
      throws X {
    return ScopedValue.where(ACTING, actor).call(work);
  }

  /** Like the other, for work without a result. */
  public static void as(Actor actor, Runnable work) {
    ScopedValue.where(ACTING, actor).run(work);
  }

  private static boolean has(Actor actor, Role role, Scope scope) {
    // Grants per environment will be asked for here; the switch makes that hard to forget.
    return switch (scope) {
      case Scope.Everywhere everywhere -> actor.role().includes(role);
      case Scope.Environments environments -> actor.role().includes(role);
    };
  }
}
