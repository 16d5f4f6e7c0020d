package io.matriarch.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the server's programs, as root within a user namespace because they refuse to be root. */
final class PostgresProgram {

  private static final List<String> NOT_AS_ROOT = List.of("unshare", "--user");

  private final PostgresBinaries binaries;
  private final Path directory;
  private final boolean root;

  PostgresProgram(PostgresBinaries binaries, Path directory) {
    this.binaries = binaries;
    this.directory = directory;
    this.root = isRoot();
  }

  /** Runs a program to its end and returns what it said; a non-zero exit is a failed start. */
  String run(Path input, Path output, String program, String... arguments)
      throws IOException, InterruptedException {
    Process process =
        builder(output, List.of(), program, List.of(arguments))
            .redirectInput(input.toFile())
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    int exit = process.waitFor();
    String said = Files.readString(output);
    if (exit != 0) {
      throw new DatabaseStartFailed(
          "%s below %s exited %d: %s%s"
              .formatted(program, directory, exit, said.strip(), adviceForRoot()));
    }
    return said;
  }

  /** Starts the server in a session of its own, so that Ctrl-C at the console spares it. */
  Process spawn(Path output, List<String> arguments) throws IOException {
    return builder(output, List.of("setsid"), "postgres", arguments).start();
  }

  String adviceForRoot() {
    return root
        ? " (As root it runs by 'unshare --user'; where that is not allowed, run Matriarch as a"
            + " normal user, or set matriarch.database.url.)"
        : "";
  }

  private ProcessBuilder builder(
      Path output, List<String> prefix, String program, List<String> arguments) {
    List<String> command = new ArrayList<>(prefix);
    if (root) {
      command.addAll(NOT_AS_ROOT);
    }
    command.add(binaries.program(program).toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    return builder.redirectErrorStream(true).redirectOutput(output.toFile());
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException unknown) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
