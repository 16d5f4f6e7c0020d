package io.matriarch.inventory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for long texts. */
final class Fingerprints {

  private Fingerprints() {}

  /** The first half of the SHA-256 of a text, in hex. */
  static String of(String text) {
    return "SHA-256 " + hash(text, 16);
  }

  /** Enough to tell two texts apart that one person wrote. */
  static String shortOf(String text) {
    return hash(text, 6);
  }

  private static String hash(String text, int bytes) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
