package io.matriarch.security;

import java.util.Set;

/**
 * Where somebody wants to act. Roles count everywhere today; the question already names the
 * environments so that grants per environment need no new question.
 */
public sealed interface Scope {

  static Scope everywhere() {
    return new Everywhere();
  }

  /** The environments of all targets, by id. */
  static Scope environments(Set<Long> ids) {
    return new Environments(ids);
  }

  static Scope environment(long id) {
    return new Environments(Set.of(id));
  }

  /** The whole installation: settings, tokens, what belongs to no environment. */
  record Everywhere() implements Scope {}

  /** Certain environments; none at all is a mistake of the caller. */
  record Environments(Set<Long> ids) implements Scope {
    public Environments {
      if (ids.isEmpty()) {
        throw new IllegalArgumentException("a scope of environments names at least one");
      }
      ids = Set.copyOf(ids);
    }
  }
}
