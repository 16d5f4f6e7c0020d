package io.matriarch.demo;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./dev demo} as a newcomer runs it, with every process of it killed once. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoCommandTest {

  private static Path home;
  private static String port;

  @BeforeAll
  static void start(@TempDir Path parent) throws Exception {
    home = parent.resolve("demo");
    try (ServerSocket free = new ServerSocket(0)) {
      port = Integer.toString(free.getLocalPort());
    }
    dev("--detach", "--port", port);
  }

  @AfterAll
  static void remove() throws Exception {
    dev("--reset");
  }

  @Test
  @Order(1)
  void it_tells_people_and_scripts_how_to_get_in() throws Exception {
    JsonNode demo = demo();
    assertThat(demo.get("url").asString()).isEqualTo("http://127.0.0.1:" + port);
    assertThat(demo.get("people")).hasSize(4);
    assertThat(demo.get("tokens").propertyNames())
        .containsExactlyInAnyOrder("viewer", "operator", "dba", "admin");
    assertThat(demo.get("servers")).hasSize(6);
    assertThat(demo.get("clusters")).hasSize(7);
    assertThat(Files.getPosixFilePermissions(home.resolve("demo.json")))
        .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
    assertThat(answers()).isTrue();
  }

  @Test
  @Order(2)
  void the_inventory_fills_itself_with_the_truth_about_every_cluster() throws Exception {
    DemoApi api = new DemoApi(demo().get("url").asString(), Map.of("viewer", token("viewer")));
    await()
        .atMost(1, TimeUnit.MINUTES)
        .untilAsserted(
            () ->
                assertThat(
                        api.send("viewer", "GET", "/api/instances?size=50", Map.of()).get("items"))
                    .map(DemoCommandTest::summary)
                    .containsExactlyInAnyOrder(
                        "ams-db1:5432 orders prod primary following null",
                        "ams-db2:5432 orders prod standby following ams-db1",
                        "fra-db1:5432 orders prod standby following ams-db1",
                        "fra-db2:5432 billing prod primary following null",
                        "ams-db2:5433 billing prod standby following fra-db2",
                        "ams-stg1:5432 search stage primary following null",
                        "fra-stg1:5432 reports stage stopped following null"));
  }

  @Test
  @Order(2)
  void the_pooler_of_orders_is_known_and_leads_to_its_primary() throws Exception {
    poolerLeadsTo("ams-db1");
  }

  private static void poolerLeadsTo(String server) throws Exception {
    DemoApi api = new DemoApi(demo().get("url").asString(), Map.of("viewer", token("viewer")));
    await()
        .atMost(1, TimeUnit.MINUTES)
        .untilAsserted(
            () ->
                assertThat(api.send("viewer", "GET", "/api/poolers", Map.of()).get("items"))
                    .map(
                        pooler ->
                            "%s %s %s"
                                .formatted(
                                    pooler.get("name").asString(),
                                    pooler.get("leadsToServer").asString(),
                                    pooler.get("state").asString()))
                    .containsExactly("orders " + server + " right"));
  }

  private static String summary(JsonNode instance) {
    assertThat(instance.get("timeline").asInt()).isEqualTo(1);
    return "%s:%d %s %s %s following %s"
        .formatted(
            instance.get("server").asString(),
            instance.get("port").asInt(),
            instance.get("herd").asString(),
            instance.get("environment").asString(),
            instance.get("state").asString(),
            instance.get("upstream").isNull() ? null : instance.get("upstream").asString());
  }

  private static String token(String role) throws IOException {
    return demo().get("tokens").get(role).asString();
  }

  @Test
  @Order(3)
  void a_killed_console_is_started_again() throws Exception {
    long killed = kill("console.pid");
    eventually(() -> number("console.pid") != killed && Files.exists(home.resolve("ready")));
    assertThat(answers()).isTrue();
  }

  @Test
  @Order(4)
  void a_demo_killed_as_a_whole_comes_back_with_its_data_and_without_doubles() throws Exception {
    String before = Files.readString(home.resolve("demo.json"));
    kill("demo.pid");
    kill("console.pid");
    dev("--detach", "--port", port);
    assertThat(Files.readString(home.resolve("demo.json"))).isEqualTo(before);
    assertThat(answers()).isTrue();
    poolerLeadsTo("ams-db1");
    assertThat(processes("-Dmatriarch.demo.directory=" + home)).hasSize(1);
    assertThat(processes(home.resolve("console/postgres/data").toString())).hasSize(1);
  }

  @Test
  @Order(5)
  void stopping_leaves_no_process_and_keeps_the_data() throws Exception {
    dev("--stop");
    assertThat(processes(home.toString())).isEmpty();
    assertThat(processes(DemoFleet.in(home).root().toString())).isEmpty();
    assertThat(home.resolve("console/postgres/data/PG_VERSION")).exists();
  }

  @Test
  @Order(6)
  void a_reset_removes_all_files_also_those_outside_of_its_directory() throws Exception {
    Path outside = DemoFleet.in(home).root();
    dev("--reset");
    assertThat(home).doesNotExist();
    assertThat(outside).doesNotExist();
  }

  private static JsonNode demo() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(home.resolve("demo.json")));
  }

  private static boolean answers() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(demo().get("url").asString() + "/login"))
            .timeout(Duration.ofSeconds(30))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }
  }

  private static long kill(String file) throws IOException {
    long pid = number(file);
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly)).contains(true);
    return pid;
  }

  private static long number(String file) throws IOException {
    String text = Files.readString(home.resolve(file)).strip();
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private static List<Long> processes(String text) {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(process -> commandLine(process).contains(text))
          .map(ProcessHandle::pid)
          .toList();
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

  private static void dev(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("./dev", "demo", "--dir", home.toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MATRIARCH_CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
  }

  private static void eventually(Callable<Boolean> condition) {
    await().atMost(3, TimeUnit.MINUTES).until(condition);
  }
}
