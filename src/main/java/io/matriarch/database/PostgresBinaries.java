package io.matriarch.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** The server programs that come with the console, unpacked once per version. */
record PostgresBinaries(Path directory) {

  /** The version of the packed binaries; their build file must name the same one. */
  static final String VERSION = "18.3.0";

  static final String MAJOR = VERSION.substring(0, VERSION.indexOf('.'));

  private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);
  private static final String ARCHIVE = "postgres-linux-x86_64.txz";

  Path program(String name) {
    return directory.resolve("bin").resolve(name);
  }

  static PostgresBinaries unpackBelow(Path dataDirectory) throws IOException {
    Path target = dataDirectory.resolve("postgres-" + VERSION);
    if (!Files.exists(target.resolve("complete"))) {
      unpack(target);
    }
    return new PostgresBinaries(target);
  }

  private static void unpack(Path target) throws IOException {
    log.info("Unpacking PostgreSQL {} to {}", VERSION, target);
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    FileSystemUtils.deleteRecursively(partial);
    FileSystemUtils.deleteRecursively(target);
    Files.createDirectories(partial);
    try (InputStream archive = archive();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                new XZCompressorInputStream(new BufferedInputStream(archive, 1 << 16)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(entry, tar, partial);
      }
    }
    Files.createFile(partial.resolve("complete"));
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path root)
      throws IOException {
    Path file = root.resolve(entry.getName()).normalize();
    if (!file.startsWith(root) || entry.getName().endsWith(".a")) {
      return;
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, file);
      boolean executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static InputStream archive() {
    InputStream archive = PostgresBinaries.class.getResourceAsStream("/" + ARCHIVE);
    if (archive == null) {
      throw new DatabaseStartFailed(
          "Looking for the embedded PostgreSQL (%s): it is not in this package, or there is none for %s. Set matriarch.database.url to a PostgreSQL server of yours."
              .formatted(ARCHIVE, System.getProperty("os.arch")));
    }
    return archive;
  }
}
