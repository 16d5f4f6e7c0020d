package io.matriarch.discovery;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The door for agents' reports over HTTPS. It leads to the same SQL function as the database door,
 * which decides; here only the token of the server tells who reports.
 */
@Service
public class Reports {

  /** Larger documents need not be read at all. */
  public static final int MAX_BYTES = 1_048_576;

  /**
   * What an agent is told.
   *
   * @param reason why not, if it was not accepted
   */
  public record Answer(boolean accepted, @Nullable Integer interval, @Nullable String reason) {}

  private final JdbcClient jdbc;

  Reports(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Takes a report; a refusal is on the audit trail when this returns.
   *
   * @param token the server's token, from the request's header; one in the document is ignored
   * @param address where the request came from
   */
  public Answer accept(@Nullable String token, String document, @Nullable String address) {
    JsonNode answer =
        Reporting.JSON.readTree(
            jdbc.sql("select matriarch.report_from(cast(:document as jsonb), null, :address)")
                .param("document", withToken(token, document))
                .param("address", address)
                .query(String.class)
                .single());
    JsonNode interval = answer.path("interval");
    return new Answer(
        answer.path("accepted").asBoolean(false),
        interval.canConvertToInt() ? interval.asInt() : null,
        Readings.text(answer, "reason"));
  }

  /** What is no JSON for PostgreSQL either becomes a value that the function refuses. */
  private static String withToken(@Nullable String token, String document) {
    if (document.length() > MAX_BYTES) {
      return "\"the document is too large\"";
    }
    try {
      if (!(Reporting.JSON.readTree(document) instanceof ObjectNode object)
          || object.toString().contains("\\u0000")) {
        return "null";
      }
      object.put("token", token);
      return object.toString();
    } catch (JacksonException e) {
      return "null";
    }
  }
}
