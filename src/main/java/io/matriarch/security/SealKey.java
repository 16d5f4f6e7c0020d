package io.matriarch.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM under one key that lies in a file. */
final class SealKey {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final String id;

  private SealKey(byte[] bytes) {
    key = new SecretKeySpec(bytes, "AES");
    id = HexFormat.of().formatHex(sha256(bytes), 0, 8);
  }

  /** Makes a key and its file, which only its owner may read and nobody may write. */
  static SealKey create(Path file) throws IOException {
    byte[] bytes = new byte[KEY_BYTES];
    RANDOM.nextBytes(bytes);
    Files.createDirectories(
        file.toAbsolutePath().getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, Base64.getEncoder().encodeToString(bytes) + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r--------"));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    return new SealKey(bytes);
  }

  /**
   * @throws SealBroken if the file holds no key
   */
  static SealKey read(Path file) {
    try {
      byte[] bytes = Base64.getDecoder().decode(Files.readString(file).strip());
      if (bytes.length == KEY_BYTES) {
        return new SealKey(bytes);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the key file " + file, e);
    }
    throw new SealBroken(
        "The key file %s holds no key of 32 bytes in Base64; restore it from its backup."
            .formatted(file));
  }

  /** What tells keys apart, and says nothing about them. */
  String id() {
    return id;
  }

  Sealed seal(Secret secret, String place) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, place)
              .doFinal(secret.reveal().getBytes(StandardCharsets.UTF_8));
      byte[] all = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return new Sealed(id + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(all));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  Secret open(Sealed sealed, String place) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(sealed.content());
      byte[] nonce = java.util.Arrays.copyOf(all, NONCE_BYTES);
      byte[] open =
          cipher(Cipher.DECRYPT_MODE, nonce, place)
              .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
      return Secret.of(new String(open, StandardCharsets.UTF_8));
    } catch (AEADBadTagException | IllegalArgumentException e) {
      throw new SealBroken(
          "The secret sealed for %s does not open: it was altered, or belongs elsewhere. Enter it again, and find out who wrote to the database."
              .formatted(place));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((id + " " + place).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
