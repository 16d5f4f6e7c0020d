package io.matriarch.inventory;

import io.matriarch.security.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of creating by name.
 *
 * @param isNew false if one with the same name and content existed already
 * @param agentToken for a new server: what its agent sends to prove itself; shown once, only a hash
 *     is kept
 */
public record Creation(long id, boolean isNew, @Nullable Secret agentToken) {

  static Creation made(long id) {
    return new Creation(id, true, null);
  }

  static Creation existing(long id) {
    return new Creation(id, false, null);
  }
}
