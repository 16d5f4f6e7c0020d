package io.matriarch.alarm;

import io.matriarch.security.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** By which a receiver knows that a webhook is ours, and of now. */
final class Signature {

  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /** {@code t=<seconds>,v1=<hex of HMAC-SHA256 over "seconds.body">}. */
  static String header(Secret secret, Instant at, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      String signed = at.getEpochSecond() + "." + body;
      byte[] sum = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return "t=%d,v1=%s".formatted(at.getEpochSecond(), HexFormat.of().formatHex(sum));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
