package io.matriarch.remote;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;

/**
 * A public key of a host.
 *
 * @param type as OpenSSH calls it, such as {@code ssh-ed25519}
 * @param fingerprint as {@code ssh-keygen -l} prints it: {@code SHA256:...}
 * @param openSsh type and base64, to be pinned in {@link Host#pinnedKeys}
 */
public record HostKey(String type, String fingerprint, String openSsh) {

  /**
   * Reads a line as in {@code known_hosts} without its host, or as in a {@code .pub} file.
   *
   * @throws IllegalArgumentException if it is not a public key
   */
  public static HostKey parse(String line) {
    String[] words = line.strip().split("\\s+");
    if (words.length < 2) {
      throw new IllegalArgumentException("Not a public key in OpenSSH format: " + line);
    }
    byte[] blob = Base64.getDecoder().decode(words[1]);
    try {
      if (!new Buffer.PlainBuffer(blob).readString().equals(words[0])) {
        throw new IllegalArgumentException("Type and content of a public key differ: " + line);
      }
    } catch (Buffer.BufferException e) {
      throw new IllegalArgumentException("Not a public key in OpenSSH format: " + line, e);
    }
    return of(words[0], blob);
  }

  static HostKey of(PublicKey key) {
    return of(
        KeyType.fromKey(key).toString(),
        new Buffer.PlainBuffer().putPublicKey(key).getCompactData());
  }

  private static HostKey of(String type, byte[] blob) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
      String fingerprint = Base64.getEncoder().withoutPadding().encodeToString(digest);
      String base64 = Base64.getEncoder().encodeToString(blob);
      return new HostKey(type, "SHA256:" + fingerprint, type + " " + base64);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
