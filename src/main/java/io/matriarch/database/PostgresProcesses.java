package io.matriarch.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds server processes by what they cannot hide: their working directory is the data directory.
 */
final class PostgresProcesses {

  private PostgresProcesses() {}

  static List<ProcessHandle> in(Path cluster) throws IOException {
    Path real = cluster.toRealPath();
    return ProcessHandle.allProcesses().filter(process -> worksIn(process, real)).toList();
  }

  private static boolean worksIn(ProcessHandle process, Path cluster) {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    try {
      // A server whose programs were replaced has "postgres (deleted)" here.
      return Files.readSymbolicLink(proc.resolve("cwd")).equals(cluster)
          && Files.readSymbolicLink(proc.resolve("exe"))
              .getFileName()
              .toString()
              .startsWith("postgres");
    } catch (IOException goneOrNotOurs) {
      return false;
    }
  }
}
