package io.matriarch.api;

import static io.matriarch.api.EditingApiTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.api.Console.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportApiTest {

  private final Console console = Console.get();
  private final String name = Console.fresh("reporting");
  private long server;
  private String token = "";

  @BeforeEach
  void a_registered_server() {
    Answer made =
        console.dba("/api/servers").post(Console.json(Map.of("name", name, "address", name)));
    server = made.json("/id").asLong();
    token = made.json("/agentToken").asString();
  }

  @Test
  void a_report_with_the_servers_token_is_taken_and_shown() throws Exception {
    Answer taken = report("Bearer " + token, name);

    assertThat(taken.status()).as(taken.text()).isEqualTo(200);
    assertThat(taken.text()).contains("\"accepted\":true");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        console
                            .viewer("/api/servers/" + server)
                            .get()
                            .json("/freshness")
                            .asString())
                    .isEqualTo("fresh"));
  }

  @Test
  void a_report_with_another_token_is_refused_with_the_reason_first() throws Exception {
    Answer refused = report("Bearer mta_wrong", name);

    assertProblem(refused, 403, "report-refused");
    assertThat(refused.json("/accepted").asBoolean(true)).isFalse();
    assertThat(refused.text().indexOf("\"detail\""))
        .isLessThan(refused.text().indexOf("\"title\""));
  }

  @Test
  void a_token_of_the_api_is_none_of_an_agent() throws Exception {
    assertThat(report("", name).status()).isEqualTo(403);
    assertProblem(
        console.nobody("/api/me").header("Authorization", "Bearer " + token).get(),
        401,
        "unauthorized");
  }

  @Test
  void what_is_no_report_is_refused_and_no_failure() {
    for (String body : new String[] {"", "{", "[]", "null", "\u0000", "{\"server\":7}"}) {
      Answer refused =
          console.nobody("/api/report").header("Authorization", "Bearer " + token).post(body);
      assertThat(refused.status()).as(body).isBetween(400, 403);
    }
    assertProblem(console.nobody("/api/report").post("x".repeat(2_000_000)), 413, "body-too-large");
  }

  private Answer report(String authorization, String server) throws IOException {
    String document =
        Files.readString(Path.of("agent-report/samples/no-clusters.json"))
            .replace("\"db3\"", Console.json(server))
            .replaceFirst("\"sentAt\": \"[^\"]*\"", "\"sentAt\": \"" + Instant.now() + "\"");
    return authorization.isEmpty()
        ? console.nobody("/api/report").post(document)
        : console.nobody("/api/report").header("Authorization", authorization).post(document);
  }
}
