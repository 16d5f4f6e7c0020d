package io.matriarch.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes tokens too long to guess, and the hashes under which they are kept. */
public final class Secrets {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private Secrets() {}

  /** 256 random bits after a prefix that says what it is, such as {@code mtr_}. */
  public static Secret random(String prefix) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Secret.of(prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** SHA-256; enough for random secrets, which nobody can guess, and wrong for passwords. */
  public static byte[] hash(Secret secret) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(secret.reveal().getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Compares in a time that does not tell where the difference is. */
  public static boolean matches(Secret secret, byte[] hash) {
    return MessageDigest.isEqual(hash(secret), hash);
  }
}
