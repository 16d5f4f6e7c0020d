package io.matriarch.ui.fleet;

import io.matriarch.inventory.InstanceRow;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import java.util.List;
import java.util.Objects;

/** The columns of every grid of instances. */
final class InstanceFields {

  private InstanceFields() {}

  static List<Field<InstanceRow>> all() {
    return List.of(
        Field.<InstanceRow>text("herd", "Herd", InstanceRow::herd)
            .shown(r -> Cell.of(r.herd()).link("herds/" + r.herdId()))
            .width("124px")
            .grow(2),
        Field.<InstanceRow>text(
                "environment",
                "Environment",
                r -> Objects.requireNonNullElse(r.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("100px"),
        Field.<InstanceRow>text("server", "Server", r -> r.server() + ":" + r.port())
            .shown(r -> Cell.of(r.server()).link("instances/" + r.id()).aside(port(r)))
            .width("160px")
            .grow(2),
        Field.text("version", "Version", InstanceRow::version).facet().width("72px"),
        Field.text("role", "Role", InstanceRow::role).shown(States::role).facet().width("126px"),
        Field.<InstanceRow>text("condition", "State", r -> States.of(r).word())
            .shown(r -> States.cell(States.of(r)))
            .facet()
            .width("108px"),
        Field.number("timeline", "Timeline", InstanceRow::timeline).width("72px"),
        Field.text("lsn", "LSN", InstanceRow::lsn).style("mono").width("104px"),
        Field.text("upstream", "Upstream", InstanceRow::upstream)
            .style("mute")
            .width("100px")
            .grow(1),
        Field.bytes("lagBytes", "Replay lag", InstanceRow::lagBytes)
            .shown(r -> States.lag(r).tone(States.lagTone(r.lagBytes())))
            .also("lag")
            .width("112px"),
        Field.age("seenAt", "Reported", InstanceRow::seenAt)
            .limits(r -> new Field.AgeLimits(2 * r.intervalSeconds(), 10 * r.intervalSeconds()))
            .also("age", "seen")
            .width("80px"),
        Field.text("site", "Site", InstanceRow::site).facet().style("mute").width("90px").hidden(),
        Field.number("port", "Port", InstanceRow::port).width("70px").hidden(),
        Field.number("connections", "Clients", InstanceRow::connections)
            .shown(InstanceFields::clients)
            .also("connections")
            .width("90px")
            .hidden(),
        Field.bytes("sizeBytes", "Size", InstanceRow::sizeBytes).width("90px").hidden(),
        Field.text("clusterName", "Cluster name", InstanceRow::clusterName).width("130px").hidden(),
        Field.text("dataDirectory", "Data directory", InstanceRow::dataDirectory)
            .also("pgdata")
            .style("mono")
            .width("240px")
            .hidden(),
        Field.text("manager", "Managed by", InstanceRow::manager).facet().width("100px").hidden(),
        Field.yesNo("copy", "Copy", InstanceRow::copy).width("80px").hidden(),
        Field.yesNo("fenced", "Fenced", InstanceRow::fenced).width("90px").hidden(),
        Field.yesNo("online", "Online", InstanceRow::online).width("80px").hidden(),
        Field.text("freshness", "Freshness", InstanceRow::freshness)
            .facet()
            .width("90px")
            .hidden());
  }

  private static String port(InstanceRow row) {
    return row.port() == null ? "" : ":" + row.port();
  }

  private static Cell clients(InstanceRow row) {
    Cell cell = Cell.of(row.connections() == null ? null : row.connections().toString());
    return row.maxConnections() == null
        ? cell
        : cell.title("of " + row.maxConnections() + " allowed");
  }
}
