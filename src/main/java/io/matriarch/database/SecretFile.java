package io.matriarch.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** A generated password, kept in a file that only its owner may read. */
final class SecretFile {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path file;

  SecretFile(Path file) {
    this.file = file;
  }

  Path path() {
    return file;
  }

  String read() throws IOException {
    return Files.readString(file).strip();
  }

  String readOrCreate() throws IOException {
    if (Files.exists(file)) {
      return read();
    }
    Files.createDirectories(file.toAbsolutePath().getParent(), PRIVATE_DIRECTORY);
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    writePrivately(fresh, secret + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    return secret;
  }

  static void writePrivately(Path target, String content) throws IOException {
    Files.deleteIfExists(target);
    Files.createFile(target, PRIVATE_FILE);
    Files.writeString(target, content);
  }
}
