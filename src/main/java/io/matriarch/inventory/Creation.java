package io.matriarch.inventory;

import io.matriarch.security.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of creating by name.
 *
 * @param isNew false if one with the same name and content existed already
 * @param secret shown once: of a new server the token with which its agent proves itself, of a new
 *     webhook what its messages are signed with
 */
public record Creation(long id, boolean isNew, @Nullable Secret secret) {

  public static Creation made(long id) {
    return new Creation(id, true, null);
  }

  public static Creation existing(long id) {
    return new Creation(id, false, null);
  }
}
