package io.matriarch.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The directory of one demo and what lies in it; all of it is readable by its owner alone. */
record DemoPlace(Path home) {

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  DemoPlace {
    home = home.toAbsolutePath().normalize();
  }

  /** The console's own data directory. */
  Path console() {
    return home.resolve("console");
  }

  /** Certificate and key of the directory of people. */
  Path directory() {
    return privateDirectory(home.resolve("directory"));
  }

  /** What the agents need: a token for each server and the password of their login. */
  Path agents() {
    return privateDirectory(home.resolve("agents"));
  }

  Path file(String name) {
    return home.resolve(name);
  }

  /** Replaces the file as a whole, so that a reader sees the old text or the new one. */
  static void write(Path file, String text) {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(fresh);
      Files.createFile(fresh, PRIVATE_FILE);
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path privateDirectory(Path path) {
    try {
      return Files.createDirectories(path, PRIVATE_DIRECTORY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
