package io.matriarch.dns;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
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

  TSIG signer() {
    return new TSIG(
        RecordName.of(algorithm), RecordName.of(name), Base64.getDecoder().decode(secret));
  }

  @Override
  public String toString() {
    return "key %s (%s, ***)".formatted(name, algorithm);
  }
}
