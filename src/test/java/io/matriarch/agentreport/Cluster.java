package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One real cluster, listening on a Unix socket only. */
record Cluster(Machine machine, Path bin, Path data, int port) {

  static Cluster create(Machine machine, int major, String name, String... settings) {
    Cluster cluster =
        new Cluster(
            machine,
            Binaries.of(major),
            machine.directory(name + "-home").resolve("data"),
            machine.port());
    machine
        .asOwner(
            cluster.program("initdb"),
            "-D",
            cluster.data.toString(),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N")
        .ok();
    cluster.configure(
        "listen_addresses = ''",
        "unix_socket_directories = '" + machine.sockets() + "'",
        "fsync = off",
        "shared_buffers = 16MB",
        "port = " + cluster.port);
    cluster.configure(settings);
    machine.onClose(cluster::end);
    return cluster;
  }

  /** A standby of this cluster, which must be stopped; made as a plain copy. */
  Cluster standby(String name, String conninfo, String slot) {
    Cluster copy =
        new Cluster(
            machine, bin, machine.directory(name + "-home").resolve("data"), machine.port());
    machine.asOwner("cp", "-a", data.toString(), copy.data.toString()).ok();
    copy.configure("port = " + copy.port);
    String quoted =
        "primary_conninfo = '" + conninfo.replace("\\", "\\\\").replace("'", "''") + "'\n";
    String slotName = "primary_slot_name = '" + slot + "'\n";
    if (major() < 12) {
      copy.append("recovery.conf", "standby_mode = on\n" + quoted + slotName);
    } else {
      copy.append("standby.signal", "");
      copy.append("postgresql.auto.conf", quoted + slotName);
    }
    machine.onClose(copy::end);
    return copy;
  }

  int major() {
    return Integer.parseInt(Outcome.of(Map.of(), List.of("cat", data + "/PG_VERSION")).ok());
  }

  void configure(String... settings) {
    append("postgresql.conf", String.join("\n", settings) + "\n");
  }

  void append(String file, String text) {
    // Through the owner, so that the file belongs to the one who must read it.
    machine
        .asOwner(
            Map.of("TEXT", text, "FILE", data.resolve(file).toString()),
            "sh",
            "-c",
            "printf %s \"$TEXT\" >> \"$FILE\"")
        .ok();
  }

  Cluster start() {
    ctl("-l", data.resolveSibling("log").toString(), "start");
    return this;
  }

  /** For paths that pg_ctl, which pastes them into a shell command, would have executed. */
  void startWithoutShell() {
    machine
        .asOwner(
            "sh",
            "-c",
            "exec setsid \"$0\" -D \"$1\" >/dev/null 2>&1 &",
            program("postgres"),
            data + "")
        .ok();
    Machine.waitUntil(
        "it answers",
        () ->
            machine
                    .run(
                        Machine.DEBIAN_BIN + "/pg_isready",
                        "-q",
                        "-h",
                        machine.sockets().toString(),
                        "-p",
                        "" + port)
                    .exit()
                == 0);
  }

  void stop() {
    ctl("-m", "fast", "stop");
  }

  private void ctl(String... words) {
    String[] command = new String[words.length + 4];
    command[0] = program("pg_ctl");
    command[1] = "-D";
    command[2] = data.toString();
    command[3] = "-w";
    System.arraycopy(words, 0, command, 4, words.length);
    Outcome outcome = machine.asOwner(command);
    assertThat(outcome.exit())
        .as(
            () ->
                outcome.text() + machine.run("tail", data.resolveSibling("log").toString()).text())
        .isZero();
  }

  String sql(String sql) {
    return machine
        .run(
            Machine.DEBIAN_BIN.resolve("psql").toString(),
            "-XAtqw",
            "-h",
            machine.sockets().toString(),
            "-p",
            "" + port,
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-c",
            sql)
        .ok();
  }

  /** The process id in the lock file. */
  String pid() {
    return machine.run("head", "-n", "1", data.resolve("postmaster.pid").toString()).ok();
  }

  void signal(String signal) {
    machine.run("kill", "-" + signal, pid()).ok();
  }

  private String program(String name) {
    return bin.resolve(name).toString();
  }

  private void end() {
    if (Files.exists(data.resolve("postmaster.pid"))) {
      machine.run("kill", "-CONT", pid());
      machine.asOwner(program("pg_ctl"), "-D", data.toString(), "-w", "-m", "immediate", "stop");
    }
  }
}
