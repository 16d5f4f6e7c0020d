package io.matriarch.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console's REST API as a script uses it: HTTP, JSON and a token of each role. */
record DemoApi(String url, Map<String, String> tokens) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * What a role gets for a request; without a body the map is empty.
   *
   * @throws IOException with the whole answer if it is an error
   */
  JsonNode send(String role, String method, String path, Map<String, ?> body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + tokens.get(role))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    String text = response.body().isBlank() ? "{}" : response.body();
    if (response.statusCode() >= 400) {
      throw new IOException(
          "%s %s answered %d: %s".formatted(method, path, response.statusCode(), text));
    }
    return JSON.readTree(text);
  }

  @Override
  public String toString() {
    return "DemoApi[" + url + "]";
  }
}
