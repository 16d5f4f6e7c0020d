package io.matriarch.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Many hosts on this machine for the length of a test. Where {@link #available} says no, the test
 * is skipped: {@code assumeTrue(Lab.available(), Lab::whyNot)}.
 */
public final class Lab implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int UNAVAILABLE = 77;

  private final Path directory;
  private final Thread atExit = new Thread(this::remove);

  private Lab(Path directory) {
    this.directory = directory;
  }

  public static boolean available() {
    return Availability.CHECK.exitCode() != UNAVAILABLE;
  }

  public static String whyNot() {
    return Availability.CHECK.errors().strip();
  }

  /** A lab of its own with these hosts, all of them up. */
  public static Lab up(String... hosts) {
    removeLeftovers();
    Lab lab = new Lab(newDirectory());
    Runtime.getRuntime().addShutdownHook(lab.atExit);
    try {
      lab.dev("add", hosts);
    } catch (RuntimeException failure) {
      lab.close();
      throw failure;
    }
    return lab;
  }

  public Path directory() {
    return directory;
  }

  /** The key with which every host lets in {@code postgres}, {@code admin} and {@code root}. */
  public Path sshKey() {
    return Path.of(facts().get("sshKey").asString());
  }

  public Path knownHosts() {
    return Path.of(facts().get("knownHosts").asString());
  }

  public List<LabHost> hosts() {
    return facts()
        .get("hosts")
        .valueStream()
        .map(
            host ->
                new LabHost(
                    host.get("name").asString(),
                    host.get("address").asString(),
                    host.get("sshPort").asInt(),
                    host.get("hostKey").asString()))
        .toList();
  }

  public LabHost host(String name) {
    return hosts().stream().filter(host -> host.name().equals(name)).findFirst().orElseThrow();
  }

  public void add(String... hosts) {
    dev("add", hosts);
  }

  // ---- herds and services

  public LabHerd herd(String name, String primary, String... standbys) {
    dev(
        "herd",
        Stream.concat(Stream.of(name, primary), Stream.of(standbys)).toArray(String[]::new));
    JsonNode herd =
        facts()
            .get("herds")
            .valueStream()
            .filter(one -> one.get("name").asString().equals(name))
            .findFirst()
            .orElseThrow();
    Map<String, String> passwords = new TreeMap<>();
    herd.get("passwords")
        .propertyStream()
        .forEach(e -> passwords.put(e.getKey(), e.getValue().asString()));
    return new LabHerd(
        name,
        herd.get("version").asString(),
        herd.get("port").asInt(),
        herd.get("database").asString(),
        primary,
        herd.get("members").valueStream().map(JsonNode::asString).toList(),
        herd.get("dataDirectory").asString(),
        passwords);
  }

  public LabService pgbouncer(String host, LabHerd herd, int processes) {
    dev("pgbouncer", host, herd.name(), "--processes", Integer.toString(processes));
    return services().stream()
        .filter(one -> one.kind().equals("pgbouncer") && one.host().equals(host))
        .filter(one -> one.fact("herd").equals(herd.name()))
        .findFirst()
        .orElseThrow();
  }

  /** BIND as primary on one host and secondary on the other; what it returns is the primary. */
  public LabService bind(String primary, String secondary) {
    dev("bind", primary, secondary);
    return service("bind", primary);
  }

  public LabService ldap(String host) {
    dev("ldap", host);
    return service("ldap", host);
  }

  public List<LabService> etcd(String... hosts) {
    dev("etcd", hosts);
    return services().stream().filter(one -> one.kind().equals("etcd")).toList();
  }

  public LabService zookeeper(String host) {
    dev("zookeeper", host);
    return service("zookeeper", host);
  }

  public List<LabService> services() {
    return facts().get("services").valueStream().map(LabService::of).toList();
  }

  private LabService service(String kind, String host) {
    return services().stream()
        .filter(one -> one.kind().equals(kind) && one.host().equals(host))
        .findFirst()
        .orElseThrow();
  }

  // ---- trouble

  /** Whatever goes to or comes from the host is lost in silence. */
  public void partition(String host) {
    dev("partition", host);
  }

  public void heal(String host) {
    dev("heal", host);
  }

  /** Both ways; {@code console} is this machine. */
  public void cut(String a, String b) {
    dev("cut", a, b);
  }

  public void cutOneWay(String from, String to) {
    dev("cut", from, to, "--one-way");
  }

  public void mend(String a, String b) {
    dev("mend", a, b);
  }

  public void freeze(String host) {
    dev("freeze", host);
  }

  public void thaw(String host) {
    dev("thaw", host);
  }

  /** Cable pulled, power lost. What was written stays, also what was never synced. */
  public void kill(String host) {
    dev("kill", host);
  }

  public void start(String host) {
    dev("start", host);
  }

  /** Another wall clock for what starts on the host from now on. */
  public void skew(String host, Duration offset) {
    dev("skew", host, Long.toString(offset.toSeconds()));
  }

  // ---- commands

  /** As root; the result's exit code is the command's. */
  public LabResult exec(String host, String... command) {
    return execAs("root", host, LIMIT, "", command);
  }

  public LabResult execAs(
      String user, String host, Duration limit, String input, String... command) {
    List<String> arguments = new ArrayList<>(List.of("-u", user, host));
    arguments.addAll(List.of(command));
    return run(limit, input, directory, "exec", arguments);
  }

  /** What one query says on a member, as its superuser there; fails if it fails. */
  public String sql(String host, LabHerd herd, String query) {
    LabResult result =
        execAs(
            "postgres",
            host,
            Duration.ofMinutes(1),
            query,
            "psql",
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-p",
            Integer.toString(herd.port()),
            "-d",
            herd.database());
    if (result.exitCode() != 0) {
      throw new IllegalStateException(query + " on " + host + ": " + result.errors());
    }
    return result.output().strip();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    remove();
  }

  private void remove() {
    dev("down");
    try {
      Files.deleteIfExists(owner(directory));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private JsonNode facts() {
    return JsonMapper.shared().readTree(directory.resolve("lab.json"));
  }

  private void dev(String verb, String... arguments) {
    LabResult result = run(LIMIT, "", directory, verb, List.of(arguments));
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          "./dev lab %s %s ended with %d: %s"
              .formatted(verb, String.join(" ", arguments), result.exitCode(), result.errors()));
    }
  }

  private static LabResult run(
      Duration limit, String input, Path directory, String verb, List<String> arguments) {
    List<String> command =
        new ArrayList<>(List.of("src/lab/lab", "--dir", directory.toString(), verb));
    command.addAll(arguments);
    return LabCommand.run(limit, input, command);
  }

  // ---- directories, and those of test runs that were killed

  private static Path newDirectory() {
    try {
      Path directory = Files.createTempDirectory(home(), "lab").toAbsolutePath();
      Files.writeString(owner(directory), Long.toString(ProcessHandle.current().pid()));
      return directory;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Path home() throws IOException {
    return Files.createDirectories(Path.of("target/labs"));
  }

  private static Path owner(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".owner");
  }

  private static void removeLeftovers() {
    try (Stream<Path> owners = Files.list(home())) {
      owners
          .filter(file -> file.toString().endsWith(".owner"))
          .toList()
          .forEach(Lab::removeLeftover);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void removeLeftover(Path owner) {
    try {
      String pid = Files.readString(owner).strip();
      if (!pid.isEmpty() && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
        String name = owner.getFileName().toString();
        new Lab(
                owner
                    .resolveSibling(name.substring(0, name.length() - ".owner".length()))
                    .toAbsolutePath())
            .remove();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Asked once per test run; it may have to install packages first. */
  private static final class Availability {
    static final LabResult CHECK =
        run(LIMIT, "", Path.of("target/labs/check").toAbsolutePath(), "check", List.of());
  }
}
