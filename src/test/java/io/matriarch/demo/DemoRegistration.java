package io.matriarch.demo;

import io.matriarch.demo.DemoFleet.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Makes the fleet's servers known through the API, as configuration management would. What is known
 * already stays as it is, for people may have edited it.
 */
final class DemoRegistration {

  private static final String ROLE = "dba";
  private static final String SERVERS = "/api/servers";

  private final DemoApi api;
  private final DemoFleet fleet;
  private final Path tokens;

  DemoRegistration(DemoApi api, DemoFleet fleet, DemoPlace place) {
    this.api = api;
    this.fleet = fleet;
    this.tokens = place.agents();
  }

  void run() throws IOException, InterruptedException {
    List<Member> members = fleet.members();
    for (String environment : new TreeSet<>(members.stream().map(Member::environment).toList())) {
      api.send(ROLE, "POST", "/api/environments", Map.of("name", environment));
    }
    Map<String, Long> known = known();
    for (Member member : members) {
      Path token = tokens.resolve(member.name() + ".token");
      if (!known.containsKey(member.name())) {
        keep(token, api.send(ROLE, "POST", SERVERS, body(member)));
      } else if (!Files.exists(token)) {
        String path = SERVERS + "/" + known.get(member.name()) + "/agent-token";
        keep(token, api.send(ROLE, "POST", path, Map.of()));
      }
    }
  }

  private Map<String, Long> known() throws IOException, InterruptedException {
    Map<String, Long> known = new HashMap<>();
    for (JsonNode server : api.send(ROLE, "GET", SERVERS + "?size=500", Map.of()).get("items")) {
      known.put(server.get("name").asString(), server.get("id").asLong());
    }
    return known;
  }

  private static void keep(Path token, JsonNode answer) {
    DemoPlace.write(token, answer.get("agentToken").asString() + "\n");
  }

  private Map<String, ?> body(Member member) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", member.name());
    body.put("address", member.address());
    body.put("sshPort", member.sshPort());
    body.put("sshUser", fleet.owner());
    body.put("hostKeys", List.of(member.hostKey()));
    body.put("environment", member.environment());
    body.put("site", member.site());
    // Its clusters are no units of systemd, even where systemd runs this machine.
    body.put("commandProfile", "debian");
    return body;
  }
}
