package io.matriarch.alarm;

import static io.matriarch.database.Listing.Type.INSTANT;
import static io.matriarch.database.Listing.Type.NUMBER;
import static io.matriarch.database.Listing.Type.TEXT;

import io.matriarch.database.Listing;
import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads receivers and what they were sent. Addresses may hold secrets: for admins only. */
@Component
public class Deliveries {

  private final Listing<ReceiverRow> receivers;
  private final Listing<DeliveryRow> deliveries;

  Deliveries(JdbcClient jdbc) {
    receivers =
        new Listing<>(jdbc, "v_alarm_receiver", "alarm_receiver_id", Deliveries::receiver)
            .column("id", "alarm_receiver_id", NUMBER)
            .column("name", "name", TEXT)
            .column("kind", "kind", TEXT)
            .column("address", "address", TEXT)
            .column("environment", "coalesce(environment, 'all')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("leastSeverity", "least_severity", TEXT)
            .column("state", "state", TEXT)
            .column("lastAt", "last_at", INSTANT)
            .column("lastAnswer", "last_answer", TEXT)
            .column("waiting", "waiting", NUMBER)
            .searching("name", "address", "environment")
            .orderedBy("name");
    deliveries =
        new Listing<>(jdbc, "v_alarm_delivery", "alarm_delivery_id", Deliveries::delivery)
            .column("id", "alarm_delivery_id", NUMBER)
            .column("receiverId", "alarm_receiver_id", NUMBER)
            .column("event", "event", TEXT)
            .column("problemId", "problem_id", NUMBER)
            .column("kind", "kind", TEXT)
            .column("severity", "severity", TEXT)
            .column("detail", "detail", TEXT)
            .column("about", "about", TEXT)
            .column("environment", "environment", TEXT)
            .column("state", "state", TEXT)
            .column("createdAt", "created_at", INSTANT)
            .column("attempts", "attempts", NUMBER)
            .column("triedAt", "tried_at", INSTANT)
            .column("answer", "answer", TEXT)
            .searching("kind", "detail", "about", "answer")
            .orderedBy("alarm_delivery_id desc");
  }

  public Listing<ReceiverRow> receivers() {
    return receivers;
  }

  /** Newest first; filter {@code receiverId} for those of one receiver. */
  public Listing<DeliveryRow> all() {
    return deliveries;
  }

  private static ReceiverRow receiver(ResultSet rs, int n) throws SQLException {
    return new ReceiverRow(
        rs.getLong("alarm_receiver_id"),
        rs.getString("name"),
        rs.getString("kind"),
        rs.getString("address"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        rs.getString("least_severity"),
        Rows.textsOf(rs, "problem_kinds"),
        rs.getBoolean("enabled"),
        rs.getInt("version"),
        rs.getString("state"),
        rs.getString("last_event"),
        Rows.instantOf(rs, "last_at"),
        rs.getString("last_answer"),
        rs.getLong("waiting"));
  }

  private static DeliveryRow delivery(ResultSet rs, int n) throws SQLException {
    return new DeliveryRow(
        rs.getLong("alarm_delivery_id"),
        rs.getLong("alarm_receiver_id"),
        rs.getString("event"),
        Rows.longOf(rs, "problem_id"),
        rs.getString("kind"),
        rs.getString("severity"),
        rs.getString("detail"),
        rs.getString("about"),
        rs.getString("environment"),
        rs.getString("state"),
        rs.getTimestamp("created_at").toInstant(),
        rs.getInt("attempts"),
        Rows.instantOf(rs, "tried_at"),
        rs.getString("answer"),
        Rows.instantOf(rs, "next_at"));
  }
}
