package io.matriarch.dns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;

/**
 * The key that signs updates (RFC 8945); the secret is never shown.
 *
 * @param secret Base64, as in BIND's key file
 */
public record TsigKey(String name, String algorithm, String secret) {

  /** What we sign with; HMAC-MD5 and HMAC-SHA1 are left out. */
  public static final List<String> ALGORITHMS =
      List.of("hmac-sha256", "hmac-sha384", "hmac-sha512", "hmac-sha224");

  /** How long what it signs is good. */
  public static final Duration GOOD_FOR = Duration.ofSeconds(30);

  public TsigKey {
    algorithm = algorithm.toLowerCase(Locale.ROOT);
    if (!RecordName.isName(name)) {
      throw new IllegalArgumentException("not a name of a key: " + name);
    }
    if (!ALGORITHMS.contains(algorithm)) {
      throw new IllegalArgumentException(
          "not an algorithm of TSIG that we sign with: " + algorithm);
    }
    if (!isSecret(secret)) {
      throw new IllegalArgumentException("the secret of key " + name + " is not Base64");
    }
  }

  /** Whether this is Base64 of at least one byte. */
  public static boolean isSecret(String text) {
    try {
      return Base64.getDecoder().decode(text).length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Signs what a server takes until {@link #GOOD_FOR} after a moment, whenever it arrives: a server
   * refuses what was signed longer ago than the fudge that the signature names (RFC 8945 section
   * 5.2.3), so the time of signing is set back by all but that.
   */
  TSIG signer(Instant asOf) {
    Name hmac = RecordName.of(algorithm);
    SecretKey key =
        new SecretKeySpec(Base64.getDecoder().decode(secret), TSIG.nameToAlgorithm(hmac));
    Instant signed = asOf.plus(GOOD_FOR).minus(TSIG.FUDGE);
    return new TSIG(hmac, RecordName.of(name), key, Clock.fixed(signed, ZoneOffset.UTC));
  }

  @Override
  public String toString() {
    return "key %s (%s, ***)".formatted(name, algorithm);
  }
}
