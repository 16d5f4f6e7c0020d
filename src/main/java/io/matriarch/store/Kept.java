package io.matriarch.store;

import java.nio.charset.StandardCharsets;

/**
 * The bytes of a key as a store keeps them.
 *
 * @param revision the store's own number of this very state; -1 if there is no such key
 */
public record Kept(long revision, byte[] value) {

  private static final long NONE = -1;

  static Kept absent() {
    return new Kept(NONE, new byte[0]);
  }

  boolean isAbsent() {
    return revision == NONE;
  }

  String text() {
    return new String(value, StandardCharsets.UTF_8);
  }
}
