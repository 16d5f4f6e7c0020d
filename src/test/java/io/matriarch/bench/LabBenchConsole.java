package io.matriarch.bench;

import io.matriarch.MatriarchApplication;
import io.matriarch.audit.Origin;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabFleet;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole console with a database of its own, for the hosts of a lab; used by its API. */
final class LabBenchConsole implements AutoCloseable {

  private static final Actor BENCH = new Actor("bench", Role.ADMIN, Origin.SYSTEM, null);

  private final ConfigurableApplicationContext context;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final String token;
  private final JdbcClient jdbc;
  private final LabFleet fleet;

  LabBenchConsole(Lab lab, Path directory, int port) throws IOException {
    FileSystemUtils.deleteRecursively(directory);
    Path key = Files.createDirectories(directory.resolve("ssh")).resolve("id_ed25519");
    Files.copy(lab.sshKey(), key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    context =
        SpringApplication.run(
            MatriarchApplication.class,
            "--server.port=" + port,
            "--matriarch.data-directory=" + directory);
    url = "http://127.0.0.1:" + port;
    jdbc = context.getBean(JdbcClient.class);
    Tokens tokens = context.getBean(Tokens.class);
    token =
        Access.<String, RuntimeException>as(
            BENCH, () -> tokens.create("bench", Role.DBA, null).secret().reveal());
    fleet = new LabFleet(lab, jdbc);
    fleet.register();
  }

  LabFleet fleet() {
    return fleet;
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  /** Switches herds over as one job; returns its id once all of them have. */
  long switchOver(List<Long> herds, int atOnce) throws IOException, InterruptedException {
    return awaited(
        Map.of(
            "action",
            "herd.switchover",
            "targets",
            herds.stream().map(herd -> Map.of("herd", herd)).toList(),
            "parallelism",
            atOnce));
  }

  /** Runs an action on one target to its good end; returns the job's id. */
  long run(String action, Map<String, Long> target, Map<String, String> options)
      throws IOException, InterruptedException {
    return awaited(Map.of("action", action, "targets", List.of(target), "options", options));
  }

  private long awaited(Map<String, Object> request) throws IOException, InterruptedException {
    long job = call("POST", "/api/jobs", request).get("id").asLong();
    JsonNode seen = call("GET", "/api/jobs/" + job, null);
    while (seen.get("endedAt").isNull()) {
      Thread.sleep(50);
      seen = call("GET", "/api/jobs/" + job, null);
    }
    if (!seen.get("state").asString().equals("SUCCEEDED")) {
      throw new IOException(
          "job %d ended %s: %s%n%s"
              .formatted(job, seen.get("state"), seen.get("runs"), String.join("\n", log(job))));
    }
    return job;
  }

  List<String> log(long job) {
    return jdbc.sql(
            "select concat_ws(' ', to_char(at, 'HH24:MI:SS.US'), source, stream, text) from job_log where job_id = :job order by seq")
        .param("job", job)
        .query(String.class)
        .list();
  }

  private JsonNode call(String method, String path, @Nullable Object body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(
                        JsonMapper.shared().writeValueAsString(body)))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(
          "%s %s: %d %s".formatted(method, path, answer.statusCode(), answer.body()));
    }
    return JsonMapper.shared().readTree(answer.body());
  }

  @Override
  public void close() {
    http.close();
    context.close();
  }
}
