package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console's API as a script uses it, with a token of each role. */
record Api(String url, JsonNode tokens) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  record Answer(int status, String etag, JsonNode body) {}

  JsonNode get(String path) throws IOException, InterruptedException {
    return good(send("viewer", "GET", path, null, Map.of()));
  }

  Answer read(String path) throws IOException, InterruptedException {
    return send("viewer", "GET", path, null, Map.of());
  }

  JsonNode post(String path, @Nullable Object body) throws IOException, InterruptedException {
    return good(send("operator", "POST", path, body, Map.of()));
  }

  /** Changes what was read, if nobody else has by now. */
  JsonNode patch(String role, String path, Object body, Map<String, String> headers)
      throws IOException, InterruptedException {
    return good(send(role, "PATCH", path, body, headers));
  }

  List<JsonNode> instances() throws IOException, InterruptedException {
    return List.copyOf(get("/api/instances?size=500").get("items").values());
  }

  JsonNode instance(String server, int port) throws IOException, InterruptedException {
    return instances().stream()
        .filter(each -> each.get("server").asString().equals(server))
        .filter(each -> each.get("port").asInt(0) == port)
        .findAny()
        .orElseThrow();
  }

  JsonNode server(String name) throws IOException, InterruptedException {
    return get("/api/servers?size=500").get("items").values().stream()
        .filter(each -> each.get("name").asString().equals(name))
        .findAny()
        .orElseThrow();
  }

  /** The new job's id. */
  long submit(String action, Collection<Long> instances) throws IOException, InterruptedException {
    List<Map<String, Long>> targets = instances.stream().map(id -> Map.of("instance", id)).toList();
    return post("/api/jobs", Map.of("action", action, "targets", targets)).get("id").asLong();
  }

  /** The new job's id. */
  long retry(long job) throws IOException, InterruptedException {
    return post("/api/jobs/" + job + "/retry", null).get("id").asLong();
  }

  JsonNode job(long id) throws IOException, InterruptedException {
    return get("/api/jobs/" + id);
  }

  /** The job once it has ended. */
  JsonNode ended(long id) {
    return await()
        .atMost(3, TimeUnit.MINUTES)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> job(id), job -> !job.get("endedAt").isNull());
  }

  /** The whole log, read in pages of that many lines as an open page does. */
  List<JsonNode> log(long job, int page) throws IOException, InterruptedException {
    List<JsonNode> lines = new ArrayList<>();
    long after = 0;
    JsonNode items;
    do {
      JsonNode answer = get("/api/jobs/%d/log?after=%d&limit=%d".formatted(job, after, page));
      items = answer.get("items");
      lines.addAll(items.values());
      after = answer.get("next").asLong();
    } while (!items.isEmpty());
    return lines;
  }

  private static JsonNode good(Answer answer) {
    assertThat(answer.status()).as(answer.body().toString()).isBetween(200, 299);
    return answer.body();
  }

  private Answer send(
      String role, String method, String path, @Nullable Object body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + tokens.get(role).asString())
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    headers.forEach(request::header);
    HttpResponse<String> response =
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String text = response.body().isBlank() ? "{}" : response.body();
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("ETag").orElse(""),
        JSON.readTree(text));
  }

  @Override
  public String toString() {
    return "Api[" + url + "]";
  }
}
