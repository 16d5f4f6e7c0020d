package io.matriarch.security;

import org.jspecify.annotations.Nullable;

/** Somebody asked for what their role does not allow; the refusal is already on the audit trail. */
public final class AccessRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Role needed;

  AccessRefused(@Nullable Actor actor, Role needed, String action, String target) {
    super(
        "%s on %s needs the role %s; %s. Nothing was changed; ask an administrator of Matriarch."
            .formatted(
                action,
                target,
                needed.stored(),
                actor == null
                    ? "nobody is signed in"
                    : actor.name() + " has the role " + actor.role().stored()));
    this.needed = needed;
  }

  public Role needed() {
    return needed;
  }
}
