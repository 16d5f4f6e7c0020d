package io.matriarch.postgres;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one look at an instance on its own host showed. What is not known is null, never 0.
 *
 * @param reason why it does not answer, or could not be looked at
 * @param pid of its postmaster
 * @param writeLsn of a primary only; {@code receiveLsn} and {@code replayLsn} of a standby only
 * @param upstreamStatus of the WAL receiver, such as {@code streaming}
 * @param connections of clients
 * @param standbys how many stream from it
 * @param observedAt by the clock of the host; null if it could not be asked
 * @param document the same and more, with the fields of an instance in an agent's report; a field
 *     that a probe did not look at is absent, one that it found nothing for is null
 */
public record ObservedInstance(
    State state,
    @Nullable String reason,
    @Nullable Long pid,
    @Nullable Integer timeline,
    @Nullable String systemIdentifier,
    @Nullable String controlState,
    @Nullable String writeLsn,
    @Nullable String receiveLsn,
    @Nullable String replayLsn,
    @Nullable String checkpointLsn,
    @Nullable String upstreamStatus,
    @Nullable Integer connections,
    @Nullable Integer standbys,
    @Nullable Instant startedAt,
    @Nullable Instant observedAt,
    JsonNode document) {

  /** What is proved, and no more. */
  public enum State {
    /** Answers SQL, not in recovery. */
    PRIMARY,
    /** Answers SQL, in recovery. */
    STANDBY,
    /** No process of it is left. */
    STOPPED,
    /** Starting, stopping, refusing connections, or not answering; processes of it exist. */
    NOT_ANSWERING,
    /** Could not be looked at: it may run or not. */
    UNKNOWN
  }

  static ObservedInstance of(JsonNode document) {
    return new ObservedInstance(
        state(document),
        text(document.path("error")),
        number(document.path("pid")),
        integer(document.path("timeline")),
        text(document.path("systemIdentifier")),
        text(document.path("controlState")),
        text(document.path("writeLsn")),
        text(document.path("receiveLsn")),
        text(document.path("replayLsn")),
        text(document.path("checkpointLsn")),
        text(document.path("upstream").path("status")),
        integer(document.path("connections")),
        document.path("standbys").isArray() ? document.path("standbys").size() : null,
        instant(document.path("startedAt")),
        instant(document.path("observedAt")),
        document);
  }

  /** Whether it answers SQL. */
  public boolean answers() {
    return state == State.PRIMARY || state == State.STANDBY;
  }

  private static State state(JsonNode document) {
    return switch (document.path("state").asString("unknown")) {
      case "running" -> document.path("inRecovery").asBoolean(true) ? State.STANDBY : State.PRIMARY;
      case "stopped" -> State.STOPPED;
      case "unknown" -> State.UNKNOWN;
      default -> State.NOT_ANSWERING;
    };
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }

  private static @Nullable Integer integer(JsonNode node) {
    return node.canConvertToInt() ? node.asInt() : null;
  }

  private static @Nullable Long number(JsonNode node) {
    return node.canConvertToLong() ? node.asLong() : null;
  }

  private static @Nullable Instant instant(JsonNode node) {
    try {
      return node.isString() ? OffsetDateTime.parse(node.stringValue()).toInstant() : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
