package io.matriarch.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fleet of real servers of one directory, worked by the script {@code src/lab/fleet}. */
final class DemoFleet {

  record Member(
      String name, String address, int sshPort, String hostKey, String environment, String site) {}

  record Cluster(String server, String name, String version, int port, String dataDirectory) {}

  private final List<String> script;
  private final Path home;

  private DemoFleet(List<String> script, Path home) {
    this.script = List.copyOf(script);
    this.home = home.toAbsolutePath().normalize();
  }

  static DemoFleet in(Path home) {
    boolean lab = Files.isDirectory(home.resolve("lab"));
    return new DemoFleet(List.of(lab ? "src/lab/labfleet" : "src/lab/fleet"), home);
  }

  /** Worked by another command than the script itself: one that becomes another user first. */
  static DemoFleet by(List<String> script, Path home) {
    return new DemoFleet(script, home);
  }

  Path home() {
    return home;
  }

  String up() throws IOException, InterruptedException {
    return run("up");
  }

  String down() throws IOException, InterruptedException {
    return run("down");
  }

  String reset() throws IOException, InterruptedException {
    return run("reset");
  }

  /** Lets the owner of this key sign in to every server: a line of {@code authorized_keys}. */
  void authorize(String line) throws IOException, InterruptedException {
    Path file = home.resolve("console.pub");
    DemoPlace.write(file, line + "\n");
    run("authorize", file.toString());
  }

  /** Starts the agents, which report to the metadata database that the conninfo names. */
  void startAgents(String conninfo, String login) throws IOException, InterruptedException {
    run("agents", conninfo, login);
  }

  List<Member> members() throws IOException {
    List<Member> members = new ArrayList<>();
    for (JsonNode node : description().get("servers")) {
      members.add(JsonMapper.shared().treeToValue(node, Member.class));
    }
    return members;
  }

  List<Cluster> clusters() throws IOException {
    List<Cluster> clusters = new ArrayList<>();
    for (JsonNode node : description().get("clusters")) {
      clusters.add(JsonMapper.shared().treeToValue(node, Cluster.class));
    }
    return clusters;
  }

  /** The user that owns the clusters and is signed in as over SSH. */
  String owner() throws IOException {
    return description().get("owner").asString();
  }

  /** Where the servers' files are; as root outside of the demo's directory. */
  Path root() throws IOException {
    return Path.of(description().get("root").asString());
  }

  /** An address of this fleet's own network on which none of its servers is. */
  String ownAddress() throws IOException {
    return description().get("net").asString() + ".1";
  }

  /** The directory of the lab that its hosts belong to; empty for a fleet on loopback addresses. */
  Optional<Path> lab() throws IOException {
    return Optional.ofNullable(description().get("lab")).map(JsonNode::asString).map(Path::of);
  }

  JsonNode description() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(home.resolve("fleet.json")));
  }

  /** Runs one verb of the script and gives what it printed. */
  String run(String verb, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(script);
    command.addAll(List.of(verb, home.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(180, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + said.strip());
    }
    return said;
  }
}
