package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A demo of its own, started by {@code ./dev demo} as a newcomer does, and removed at the end. */
final class Demo implements AutoCloseable {

  /** Clusters of the demo that run; "reports" does not. */
  private static final int RUNNING = 6;

  private static final long START_MINUTES = 5;

  private final Path home;

  private Demo(Path home) {
    this.home = home;
  }

  /** Returns once every cluster is in the inventory as it is. */
  static Demo start(Path home) throws Exception {
    Demo demo = new Demo(home);
    try {
      demo.dev("--detach", "--port", freePort());
      Api api = demo.api();
      await()
          .atMost(START_MINUTES, TimeUnit.MINUTES)
          .until(() -> api.instances().stream().filter(Demo::isOnline).count() == RUNNING);
    } catch (Exception | Error e) {
      demo.close();
      throw e;
    }
    return demo;
  }

  private static String freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return Integer.toString(free.getLocalPort());
    }
  }

  private static boolean isOnline(JsonNode instance) {
    return instance.get("online").asBoolean(false) && instance.get("timeline").asInt(0) > 0;
  }

  @Override
  public void close() throws Exception {
    dev("--reset");
  }

  Api api() throws IOException {
    JsonNode demo = read("demo.json");
    return new Api(demo.get("url").asString(), demo.get("tokens"));
  }

  Hosts hosts() throws IOException {
    return new Hosts(read("fleet.json"));
  }

  /** Runs one verb of the script that works the fleet. */
  void fleet(String verb, String server) throws Exception {
    Programs.run("src/lab/fleet", verb, home.toString(), server);
  }

  /** The host key that a server has now. */
  String hostKey(String server) throws IOException {
    return read("fleet.json").get("servers").values().stream()
        .filter(each -> each.get("name").asString().equals(server))
        .map(each -> each.get("hostKey").asString())
        .findAny()
        .orElseThrow();
  }

  /** The metadata as a DBA reads it, past the console. */
  JdbcClient metadata() throws IOException {
    String port = Files.readAllLines(home.resolve("console/postgres/data/postmaster.pid")).get(3);
    String secret = Files.readString(home.resolve("console/secrets/database-matriarch_owner"));
    return JdbcClient.create(
        new DriverManagerDataSource(
            "jdbc:postgresql://127.0.0.1:" + port + "/matriarch?currentSchema=matriarch",
            "matriarch_owner",
            secret.strip()));
  }

  /** The process of the console, known by its command line and not by its number alone. */
  ProcessHandle console() throws IOException {
    long pid = Long.parseLong(Files.readString(home.resolve("console.pid")).strip());
    String command =
        Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
    assertThat(command).contains("-Dmatriarch.demo.directory=" + home);
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** Kills the console with SIGKILL and waits until its supervisor has brought another one up. */
  void killConsole() throws Exception {
    ProcessHandle killed = console();
    assertThat(killed.destroyForcibly()).isTrue();
    await()
        .atMost(START_MINUTES, TimeUnit.MINUTES)
        .until(
            () ->
                Files.exists(home.resolve("ready"))
                    && !Files.readString(home.resolve("console.pid"))
                        .strip()
                        .equals(Long.toString(killed.pid())));
  }

  private JsonNode read(String file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(home.resolve(file)));
  }

  private void dev(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("./dev", "demo", "--dir", home.toString()));
    command.addAll(List.of(options));
    Programs.run(command.toArray(String[]::new));
  }
}
