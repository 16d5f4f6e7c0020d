package io.matriarch.demo;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What people and scripts are told once the demo is ready: a text, and demo.json. */
record DemoWelcome(DemoPlace place, DemoFleet fleet, DemoSecrets secrets, DemoApi api) {

  private static final String UNDER_LOAD =
      """
      Under load, through the PgBouncer of %s: tick that herd and switch it over while this runs
        export PGPASSFILE=%s
        pgbench -i -q %s
        pgbench -n -N -c 4 -P 1 -T 600 %s

      """;
  private static final String PULL_A_CABLE =
      """
      Pull a cable:  ./dev lab --dir %s partition ams-db1
      and put it in: ./dev lab --dir %s heal ams-db1    ("./dev lab help" knows more)

      """;

  void write() throws IOException {
    DemoPlace.write(place.file("demo.json"), json());
    DemoPlace.write(place.file("welcome.txt"), text());
  }

  private String json() throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("url", api.url());
    json.put("people", Person.ALL.stream().map(this::entry).toList());
    json.put("tokens", api.tokens());
    json.put("servers", fleet.members());
    json.put("clusters", fleet.clusters());
    json.put("pooler", fleet.description().get("pooler"));
    json.put("filesOutside", filesOutside());
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }

  private Map<String, String> entry(Person person) {
    Map<String, String> entry = new LinkedHashMap<>();
    entry.put("name", person.name());
    entry.put("password", secrets.password(person.name()));
    entry.put("role", person.role());
    return entry;
  }

  private List<String> filesOutside() throws IOException {
    return fleet.root().startsWith(place.home()) ? List.of() : List.of(fleet.root().toString());
  }

  private String underLoad() throws IOException {
    JsonNode pooler = fleet.description().get("pooler");
    String where =
        "-h %s -p %d -U %s %s"
            .formatted(
                pooler.get("address").asString(),
                pooler.get("port").asInt(),
                pooler.get("user").asString(),
                pooler.get("database").asString());
    return UNDER_LOAD.formatted(pooler.get("herd").asString(), place.file("pgpass"), where, where);
  }

  private String text() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("\nMatriarch is ready: ").append(api.url()).append("\n\n");
    text.append("  role      sign in as   password         API token\n");
    for (Person person : Person.ALL) {
      text.append(
          "  %-9s %-12s %-16s %s%n"
              .formatted(
                  person.role(),
                  person.name(),
                  secrets.password(person.name()),
                  api.tokens().get(person.role())));
    }
    text.append(
        "\n%d servers with %d clusters report every 5 s; "
            .formatted(fleet.members().size(), fleet.clusters().size()));
    text.append("all of this is in ").append(place.file("demo.json")).append(".\n\n");
    text.append(underLoad());
    fleet.lab().ifPresent(lab -> text.append(PULL_A_CABLE.formatted(lab, lab)));
    return text.toString();
  }
}
