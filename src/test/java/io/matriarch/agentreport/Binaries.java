package io.matriarch.agentreport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Server programs of every major from 10 to 18, unpacked where every user reaches them. */
final class Binaries {

  private static final Path PACKED = Path.of("target/pg-binaries");
  private static final Map<Integer, Path> UNPACKED = new ConcurrentHashMap<>();

  private Binaries() {}

  /** The directory with initdb, pg_ctl and postgres of a major. */
  static Path of(int major) {
    return UNPACKED.computeIfAbsent(major, Binaries::unpack);
  }

  private static Path unpack(int major) {
    try (Stream<Path> files = Files.list(PACKED)) {
      Path jar =
          files
              .filter(file -> file.toString().contains("-" + major + "."))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no PostgreSQL " + major + " in " + PACKED));
      Path target = Files.createTempDirectory(Path.of("/tmp"), "agent-report-pg" + major + "-");
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(target)));
      Path archive = target.resolve("postgres.txz");
      try (FileSystem packed = FileSystems.newFileSystem(jar)) {
        Files.copy(packed.getPath("postgres-linux-x86_64.txz"), archive);
      }
      Outcome.of(Map.of(), List.of("tar", "-xJf", archive.toString(), "-C", target.toString()))
          .ok();
      Files.delete(archive);
      Outcome.of(Map.of(), List.of("chmod", "-R", "a+rX", target.toString())).ok();
      return target.resolve("bin");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path directory) {
    Outcome.of(Map.of(), List.of("rm", "-rf", directory.toString()));
  }
}
