package io.matriarch.security;

import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Origin;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticatedPrincipal;

/** Who acts: a person, a token or a rule, with the role they have and where they come from. */
public record Actor(String name, Role role, Origin origin, @Nullable String address)
    implements AuthenticatedPrincipal, Serializable {

  public Actor {
    if (name.isBlank()) {
      throw new IllegalArgumentException("an actor has a name");
    }
  }

  /** The console itself, for what nobody asked for: pruning, probes, recovery. */
  public static Actor system(String part) {
    return new Actor(part, Role.ADMIN, Origin.SYSTEM, null);
  }

  /** A rule that fired, with the role that its author may give it. */
  public static Actor rule(String name, Role role) {
    return new Actor(name, role, Origin.RULE, null);
  }

  /** Begins the audit entry of something this actor does. */
  public AuditEntry entry(String action) {
    return AuditEntry.of(name, role.stored(), origin, address, action);
  }

  @Override
  public String getName() {
    return name;
  }
}
