package io.matriarch.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.demo.DemoFleet.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A fleet seen from outside: its processes, and its servers over OpenSSH with an authorized key.
 */
record FleetShell(DemoFleet fleet) {

  static FleetShell to(DemoFleet fleet) throws Exception {
    FleetShell shell = new FleetShell(fleet);
    fleet.authorize(Files.readString(shell.makeKey("key")).strip());
    return shell;
  }

  /** A fresh key pair beside the fleet; gives the public key's file. */
  Path makeKey(String name) throws Exception {
    Path key = fleet.home().resolve(name);
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    return key.resolveSibling(name + ".pub");
  }

  /** The standbys that stream from this cluster through a slot, in order. */
  String streaming(String server, String cluster) throws Exception {
    return query(
        server,
        cluster,
        "select string_agg(application_name, ',' order by application_name)"
            + " from pg_stat_replication join pg_replication_slots on active_pid = pid");
  }

  /** Every process that names the fleet's files in its command line. */
  List<ProcessHandle> processes() throws IOException {
    String root = fleet.root() + "/";
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(process -> commandLine(process).contains(root)).toList();
    }
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  Member member(String name) throws IOException {
    return fleet.members().stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  String query(String server, String cluster, String sql) throws Exception {
    int port =
        fleet.clusters().stream()
            .filter(each -> each.server().equals(server) && each.name().equals(cluster))
            .findAny()
            .orElseThrow()
            .port();
    return on(
        member(server),
        "psql -XqAt -h %s/run/%s -p %d -d postgres -c \"%s\""
            .formatted(fleet.root(), server, port, sql));
  }

  String on(Member member, String shellText) throws Exception {
    return run(ssh(member, "key", shellText).toArray(String[]::new));
  }

  List<String> ssh(Member member, String key, String shellText) throws IOException {
    Path hosts = fleet.home().resolve("known_hosts." + member.name());
    Files.writeString(
        hosts, "[%s]:%d %s\n".formatted(member.address(), member.sshPort(), member.hostKey()));
    List<String> command =
        new ArrayList<>(List.of("ssh", "-n", "-i", fleet.home().resolve(key).toString()));
    for (String option :
        List.of(
            "UserKnownHostsFile=" + hosts,
            "GlobalKnownHostsFile=/dev/null",
            "StrictHostKeyChecking=yes",
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR")) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(
        List.of(
            "-p",
            Integer.toString(member.sshPort()),
            fleet.owner() + "@" + member.address(),
            shellText));
    return command;
  }

  static int exitOf(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
    return said.strip();
  }
}
