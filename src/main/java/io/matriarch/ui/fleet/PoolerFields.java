package io.matriarch.ui.fleet;

import io.matriarch.inventory.PoolerRow;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import java.util.List;
import java.util.Objects;

/** The columns of poolers, for the fleet's page and a herd's. */
final class PoolerFields {

  /** Poolers are asked once a minute. */
  private static final Field.AgeLimits AGES = new Field.AgeLimits(150, 600);

  private PoolerFields() {}

  static List<Field<PoolerRow>> all() {
    return List.of(
        Field.<PoolerRow>text("name", "Endpoint", PoolerRow::name)
            .shown(r -> Cell.of(r.name()).strong())
            .width("110px")
            .grow(1),
        Field.<PoolerRow>text("herd", "Herd", PoolerRow::herd)
            .shown(r -> Cell.of(r.herd()).link("herds/" + r.herdId()))
            .width("110px")
            .grow(1),
        Field.<PoolerRow>text(
                "environment",
                "Environment",
                r -> Objects.requireNonNullElse(r.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("100px")
            .hidden(),
        Field.<PoolerRow>text("server", "Server", PoolerRow::server)
            .shown(r -> Cell.of(r.server()).link("servers/" + r.serverId()).aside(":" + r.port()))
            .width("106px")
            .grow(1),
        Field.<PoolerRow>text("databases", "Databases", r -> String.join(" ", r.databases()))
            .style("mute")
            .width("110px")
            .grow(1),
        Field.<PoolerRow>text("leads", "Leads to", PoolerFields::leads)
            .shown(
                r ->
                    Cell.of(r.leadsServer() == null ? leads(r) : r.leadsServer())
                        .tone(
                            r.state().equals("drift") && r.missing().isEmpty()
                                ? Tone.BAD
                                : Tone.PLAIN)
                        .aside(r.leadsServer() == null ? "" : leads(r)))
            .width("164px")
            .grow(1),
        Field.<PoolerRow>text("expected", "Expected", PoolerRow::expectedServer)
            .shown(
                r ->
                    r.expectedServer() == null
                        ? Cell.of("no primary known")
                        : Cell.of(r.expectedServer())
                            .link("instances/" + r.expectedId())
                            .aside(r.expectedAddress() + ":" + r.expectedPort()))
            .width("158px")
            .grow(1),
        Field.<PoolerRow>text("state", "State", r -> state(r).word())
            .shown(r -> States.cell(state(r)))
            .facet()
            .width("104px"),
        Field.number("clients", "Clients", PoolerRow::clients).width("70px"),
        Field.<PoolerRow>number("waiting", "Waiting", PoolerRow::waiting)
            .shown(
                r ->
                    Cell.of(r.waiting() == null ? null : r.waiting().toString())
                        .tone(r.waiting() != null && r.waiting() > 0 ? Tone.WARN : Tone.PLAIN))
            .width("70px"),
        Field.<PoolerRow>age("observedAt", "Seen", PoolerRow::observedAt)
            .limits(r -> AGES)
            .also("age")
            .width("60px"),
        Field.text("poolMode", "Pool mode", PoolerRow::poolMode).facet().width("100px").hidden(),
        Field.text("version", "PgBouncer", PoolerRow::pgbouncer).width("90px").hidden());
  }

  private static String leads(PoolerRow row) {
    return String.join(" and ", row.leads());
  }

  static StateText state(PoolerRow row) {
    return switch (row.state()) {
      case "right" -> StateText.of("in place", Tone.OK);
      case "drift" ->
          new StateText(
              "drift",
              Tone.BAD,
              row.missing().isEmpty()
                  ? "It leads clients to a server that is not the primary"
                  : "It does not have " + String.join(", ", row.missing()));
      case "paused" ->
          new StateText("paused", Tone.WARN, "Its clients wait; it goes on when it is resumed");
      case "unreachable" ->
          new StateText(
              "no answer",
              Tone.BAD,
              Objects.requireNonNullElse(row.error(), "")
                  + " What is shown is from before, with its age");
      case "unknown" ->
          new StateText("no primary", Tone.WARN, "No primary of its herd is known to compare with");
      default -> new StateText("not seen yet", Tone.IDLE, "It was not asked yet");
    };
  }
}
