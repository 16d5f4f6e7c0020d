package io.matriarch.remote;

import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;

/** The key pair that lets this console into hosts: ed25519, made on the first start. */
public final class SshIdentity {

  private static final String FILE = "id_ed25519";
  private static final String TYPE = "ssh-ed25519";

  private final KeyProvider keys;
  private final String publicKeyLine;

  private SshIdentity(KeyProvider keys, String comment) throws IOException {
    this.keys = keys;
    publicKeyLine = HostKey.of(keys.getPublic()).openSsh() + " " + comment;
  }

  /**
   * Loads {@code id_ed25519} from the directory, or makes both if they do not exist.
   *
   * @throws UncheckedIOException if the file cannot be read or written, or is not a key
   */
  public static SshIdentity in(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        create(directory, file);
      }
      OpenSSHKeyV1KeyFile stored = new OpenSSHKeyV1KeyFile();
      stored.init(file.toFile());
      KeyPair pair = new KeyPair(stored.getPublic(), stored.getPrivate());
      return new SshIdentity(new KeyPairWrapper(pair), "matriarch");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Loading our SSH key from "
              + file
              + " failed: "
              + e.getMessage()
              + "; no server can be reached; restore the file, or move it away to get a new key"
              + " that must be installed on every server.",
          e);
    }
  }

  /** The line for {@code authorized_keys}: no forwarding, no terminal. */
  public String authorizedKeysLine() {
    return "restrict " + publicKeyLine;
  }

  /** Our public key as in a {@code .pub} file. */
  public String publicKeyLine() {
    return publicKeyLine;
  }

  KeyProvider keys() {
    return keys;
  }

  private static void create(Path directory, Path file) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path unfinished = directory.resolve(FILE + ".new");
    Files.deleteIfExists(unfinished);
    Files.createFile(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(unfinished, pem(generate()), StandardOpenOption.SYNC);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The format of OpenSSH, described in its PROTOCOL.key, without a passphrase. */
  private static String pem(KeyPair pair) {
    byte[] publicBlob = new Buffer.PlainBuffer().putPublicKey(pair.getPublic()).getCompactData();
    byte[] publicBytes = lastBytes(pair.getPublic().getEncoded());
    Buffer.PlainBuffer secret = new Buffer.PlainBuffer();
    long check = new SecureRandom().nextInt() & 0xffffffffL;
    secret.putUInt32(check).putUInt32(check).putString(TYPE).putBytes(publicBytes);
    secret.putBytes(concat(seed(pair.getPrivate()), publicBytes)).putString("matriarch");
    for (byte padding = 1; secret.available() % 8 != 0; padding++) {
      secret.putByte(padding);
    }
    Buffer.PlainBuffer all = new Buffer.PlainBuffer();
    all.putRawBytes("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII));
    all.putString("none").putString("none").putString("").putUInt32(1);
    all.putBytes(publicBlob).putBytes(secret.getCompactData());
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(all.getCompactData())
        + "\n-----END OPENSSH PRIVATE KEY-----\n";
  }

  private static byte[] seed(PrivateKey key) {
    return ((EdECPrivateKey) key).getBytes().orElseThrow();
  }

  /** X.509 puts the 32 bytes of an ed25519 key at the end. */
  private static byte[] lastBytes(byte[] encoded) {
    byte[] last = new byte[32];
    System.arraycopy(encoded, encoded.length - 32, last, 0, 32);
    return last;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = new byte[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
