package io.matriarch.alarm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What receivers read. */
final class Messages {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int SUBJECT = 200;
  private static final int LINE = 2000;

  private record Page(String id, String path) {}

  /** Where a problem is looked at; the first that it names. */
  private static final List<Page> PAGES =
      List.of(
          new Page("jobId", "jobs/"),
          new Page("herdId", "herds/"),
          new Page("serverId", "servers/"));

  private final String publicUrl;

  /**
   * @param publicUrl where people open the console; empty if nobody said
   */
  Messages(String publicUrl) {
    this.publicUrl = publicUrl.strip().replaceFirst("/+$", "");
    if (!this.publicUrl.matches("(https?://[!-~]+)?")) {
      throw new IllegalArgumentException(
          "matriarch.public-url is \"%s\"; it must be a URL such as https://matriarch.example.com"
              .formatted(publicUrl));
    }
  }

  /** The body of a webhook. */
  String json(Claim told, Instant sentAt) {
    ObjectNode body = JSON.createObjectNode();
    body.put("id", told.delivery());
    body.put("event", told.event());
    body.put("sentAt", sentAt.truncatedTo(ChronoUnit.MILLIS).toString());
    body.set("problem", problem(told));
    body.put("url", url(problem(told)));
    return JSON.writeValueAsString(body);
  }

  /** {@code [Matriarch] CRITICAL primary-dead: orders (production)}. */
  String subject(Claim told) {
    JsonNode problem = problem(told);
    if (told.isTest()) {
      return "[Matriarch] TEST of receiver " + OneLine.of(told.name(), SUBJECT);
    }
    String word = told.event().equals("ended") ? "ended" : text(problem, "severity");
    return OneLine.of(
        "[Matriarch] %s %s%s%s"
            .formatted(
                word.toUpperCase(Locale.ROOT),
                text(problem, "kind"),
                before(": ", about(problem)),
                environment(problem)),
        SUBJECT);
  }

  String text(Claim told) {
    JsonNode problem = problem(told);
    StringBuilder text = new StringBuilder();
    if (told.isTest()) {
      text.append("This is a test. Problems of the fleet will be told to this address.\n");
    } else {
      line(text, "", text(problem, "detail"));
      text.append('\n');
      line(text, "Problem:     ", text(problem, "kind") + ", " + text(problem, "severity"));
      line(text, "About:       ", about(problem) + environment(problem));
      line(text, "Since:       ", text(problem, "firstSeen"));
      line(text, "Ended:       ", text(problem, "endedAt"));
    }
    line(text, "Look at it:  ", url(problem));
    return text.append("\nSent by Matriarch, delivery ")
        .append(told.delivery())
        .append(".\n")
        .toString();
  }

  private static void line(StringBuilder text, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      text.append(name).append(OneLine.of(value, LINE)).append('\n');
    }
  }

  private static JsonNode problem(Claim told) {
    String stored = told.problem();
    return stored == null ? JSON.nullNode() : JSON.readTree(stored);
  }

  private @Nullable String url(JsonNode problem) {
    if (publicUrl.isEmpty()) {
      return null;
    }
    return PAGES.stream()
        .filter(page -> problem.path(page.id()).isNumber())
        .findFirst()
        .map(page -> publicUrl + "/" + page.path() + problem.path(page.id()).asLong())
        .orElse(publicUrl + (problem.isNull() ? "/alarms" : "/problems"));
  }

  private static String about(JsonNode problem) {
    String herd = text(problem, "herd");
    return herd.isEmpty() ? text(problem, "server") : herd;
  }

  private static String environment(JsonNode problem) {
    String name = text(problem, "environment");
    return name.isEmpty() ? "" : " (" + name + ")";
  }

  private static String before(String sign, String text) {
    return text.isEmpty() ? "" : sign + text;
  }

  private static String text(JsonNode problem, String name) {
    return problem.path(name).asString("");
  }
}
