package io.matriarch.ui.fleet;

import com.vaadin.flow.component.UI;
import io.matriarch.inventory.EndpointRow;
import io.matriarch.job.Target;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.RowButton;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import io.matriarch.ui.job.ActionMenus;
import java.util.List;
import java.util.Objects;

/** The columns of endpoints, for the fleet's page and a herd's. */
final class EndpointFields {

  /** They are asked once a minute. */
  private static final Field.AgeLimits AGES = new Field.AgeLimits(150, 600);

  private EndpointFields() {}

  static List<Field<EndpointRow>> all() {
    return List.of(
        Field.<EndpointRow>text("name", "Endpoint", EndpointRow::name)
            .shown(r -> Cell.of(r.name()).strong())
            .width("130px")
            .grow(2),
        Field.<EndpointRow>text("kind", "Kind", EndpointRow::kind)
            .facet()
            .style("mute")
            .width("96px"),
        Field.<EndpointRow>text("herd", "Herd", EndpointRow::herd)
            .shown(r -> Cell.of(r.herd()).link("herds/" + r.herdId()))
            .width("100px")
            .grow(1),
        Field.<EndpointRow>text(
                "environment",
                "Environment",
                r -> Objects.requireNonNullElse(r.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("100px")
            .hidden(),
        Field.<EndpointRow>text("at", "Server", EndpointRow::at)
            .shown(
                r ->
                    r.serverId() == null
                        ? Cell.of(r.at())
                        : Cell.of(r.at()).link("servers/" + r.serverId()))
            .width("110px")
            .grow(1),
        Field.<EndpointRow>text("serves", "Serves", EndpointRow::serves)
            .style("mute")
            .width("90px")
            .grow(1),
        Field.<EndpointRow>text("leads", "Leads to", EndpointRow::leads)
            .shown(
                r ->
                    Cell.of(r.leadsServer() == null ? r.leads() : r.leadsServer())
                        .tone(r.state().equals("drift") ? Tone.BAD : Tone.PLAIN)
                        .aside(r.leadsServer() == null ? "" : r.leads())
                        .title(r.detail()))
            .width("150px")
            .grow(1),
        Field.<EndpointRow>text("expected", "Expected", EndpointRow::expectedServer)
            .shown(
                r ->
                    r.expectedServer() == null
                        ? Cell.of("no primary known")
                        : Cell.of(r.expectedServer())
                            .link("instances/" + r.expectedId())
                            .aside(Objects.requireNonNullElse(r.expected(), "has no such address")))
            .width("150px")
            .grow(1),
        Field.<EndpointRow>text("state", "State", r -> state(r).word())
            .shown(r -> States.cell(state(r)))
            .facet()
            .width("104px"),
        Field.number("clients", "Clients", EndpointRow::clients).width("70px"),
        Field.<EndpointRow>number("waiting", "Waiting", EndpointRow::waiting)
            .shown(
                r ->
                    Cell.of(r.waiting() == null ? null : r.waiting().toString())
                        .tone(r.waiting() != null && r.waiting() > 0 ? Tone.WARN : Tone.PLAIN))
            .width("70px"),
        Field.<EndpointRow>age("observedAt", "Seen", EndpointRow::observedAt)
            .limits(r -> AGES)
            .also("age")
            .width("60px"));
  }

  /** Opens the plan that leads the endpoints of this kind and herd to the primary. */
  static RowButton<EndpointRow> fix(ActionMenus menus) {
    return new RowButton<>(
        row -> row.hasDrifted() && menus.may(row.mendedBy()) ? "Fix…" : null,
        row -> "Lead " + row.name() + " to the primary",
        row -> menus.ask(row.mendedBy(), List.of(Target.herd(row.herdId()))));
  }

  static void edit(UI ui, EndpointRow row) {
    ui.navigate((row.isDns() ? "endpoints/dns/" : "endpoints/") + row.ownId() + "/edit");
  }

  static StateText state(EndpointRow row) {
    String detail = Objects.requireNonNullElse(row.detail(), "");
    return switch (row.state()) {
      case "right" -> StateText.of("in place", Tone.OK);
      case "drift" ->
          new StateText(
              "drift",
              Tone.BAD,
              detail.isEmpty() ? "It leads clients to a server that is not the primary" : detail);
      case "stale" -> new StateText("stale copy", Tone.WARN, detail);
      case "paused" ->
          new StateText("paused", Tone.WARN, "Its clients wait; it goes on when it is resumed");
      case "unreachable" ->
          new StateText(
              "no answer", Tone.BAD, detail + " What is shown is from before, with its age");
      case "stopped" ->
          new StateText(
              "primary stopped",
              Tone.BAD,
              "It leads to the last primary of its herd, which is stopped: its clients wait or fail");
      case "unknown" ->
          new StateText(
              "no primary",
              Tone.WARN,
              "No primary of its herd is known to compare with, or it has no such address");
      default -> new StateText("not seen yet", Tone.IDLE, "It was not asked yet");
    };
  }
}
