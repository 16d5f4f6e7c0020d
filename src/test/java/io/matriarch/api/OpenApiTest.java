package io.matriarch.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiTest {

  private static final Set<String> STABLE =
      Set.of(
          "get /api/actions",
          "get /api/alarm-receivers",
          "post /api/alarm-receivers",
          "get /api/alarm-receivers/{id}",
          "patch /api/alarm-receivers/{id}",
          "delete /api/alarm-receivers/{id}",
          "get /api/alarm-receivers/{id}/deliveries",
          "post /api/alarm-receivers/{id}/secret",
          "post /api/alarm-receivers/{id}/test",
          "get /api/dr-pairs",
          "get /api/dr-pairs/{herdId}",
          "get /api/drills",
          "get /api/drills/{jobId}",
          "get /api/drills/{jobId}/report.pdf",
          "get /api/environments",
          "post /api/environments",
          "get /api/environments/{id}",
          "patch /api/environments/{id}",
          "delete /api/environments/{id}",
          "get /api/herds",
          "post /api/herds",
          "get /api/herds/{id}",
          "patch /api/herds/{id}",
          "delete /api/herds/{id}",
          "get /api/herds/{id}/automatic-failover",
          "put /api/herds/{id}/automatic-failover",
          "post /api/herds/{id}/automatic-failover/acknowledge",
          "get /api/automatic-brake",
          "post /api/automatic-brake/release",
          "get /api/herds/{id}/primary",
          "get /api/instances",
          "get /api/instances/{id}",
          "patch /api/instances/{id}",
          "delete /api/instances/{id}",
          "get /api/jobs",
          "post /api/jobs",
          "post /api/jobs/preview",
          "get /api/jobs/{id}",
          "get /api/jobs/{id}/log",
          "post /api/jobs/{id}/cancel",
          "post /api/jobs/{id}/retry",
          "get /api/me",
          "get /api/dns-records",
          "post /api/dns-records",
          "get /api/dns-records/{id}",
          "patch /api/dns-records/{id}",
          "delete /api/dns-records/{id}",
          "get /api/poolers",
          "post /api/poolers",
          "get /api/poolers/{id}",
          "patch /api/poolers/{id}",
          "delete /api/poolers/{id}",
          "get /api/problems",
          "get /api/problems/{id}",
          "post /api/problems/{id}/lift",
          "post /api/problems/{id}/suppress",
          "get /api/profiles",
          "post /api/profiles",
          "get /api/profiles/{id}",
          "patch /api/profiles/{id}",
          "delete /api/profiles/{id}",
          "post /api/report",
          "get /api/servers",
          "post /api/servers",
          "get /api/servers/{id}",
          "patch /api/servers/{id}",
          "delete /api/servers/{id}",
          "post /api/servers/{id}/agent-token",
          "get /api/settings",
          "patch /api/settings/{name}");

  private final Console console = Console.get();

  @Test
  void the_document_lists_the_addresses_that_other_tools_live_on() {
    assertThat(operations()).containsExactlyInAnyOrderElementsOf(STABLE);
  }

  @Test
  void every_operation_says_what_it_does() {
    JsonNode paths = document().get("paths");
    paths.forEach(
        path ->
            path.forEach(
                operation -> assertThat(operation.path("summary").asString("")).isNotBlank()));
  }

  @Test
  void bodies_are_described_with_their_members() {
    JsonNode server =
        document()
            .at(
                "/paths/~1api~1servers/post/requestBody/content/application~1json/schema/properties");

    assertThat(server.propertyNames())
        .contains("name", "address", "sshPort", "sshUser", "hostKeys", "environment", "site");
    JsonNode job =
        document()
            .at("/paths/~1api~1jobs/post/requestBody/content/application~1json/schema/properties");
    assertThat(job.propertyNames())
        .contains("action", "targets", "options", "parallelism", "planHash");
    assertThat(document().at("/components/schemas/Target/properties").propertyNames())
        .containsExactlyInAnyOrder("instance", "herd", "server");
  }

  @Test
  void the_document_is_the_same_for_everybody() {
    assertThat(document().at("/servers/0/url").asString()).isEqualTo("/");
    assertThat(document()).isEqualTo(document());
  }

  private Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    document()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(method -> operations.add(method + " " + path.getKey())));
    return operations;
  }

  private JsonNode document() {
    Console.Answer answer = console.nobody("/api/openapi.json").get();
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }
}
