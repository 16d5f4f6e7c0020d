package io.matriarch.ui.fleet;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.dependency.JsModule;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The picture of a herd: who follows whom, one column a site. */
@Tag("m-topology")
@JsModule("context://ui/topology.js")
final class Topology extends Component {

  /** Told which standby was put onto which member. */
  interface Moved {
    void onto(long standby, long upstream);
  }

  /** From now on a standby can be put onto another member, with the pointer or by keys. */
  void whenMoved(Moved moved) {
    getElement().setProperty("movable", true);
    getElement()
        .addEventListener(
            "moved",
            event ->
                moved.onto(
                    event.getEventData().get("event.detail.standby").asLong(),
                    event.getEventData().get("event.detail.upstream").asLong()))
        .addEventData("event.detail.standby")
        .addEventData("event.detail.upstream");
  }

  void show(List<InstanceRow> members) {
    ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
    members.stream()
        .sorted(
            Comparator.comparing((InstanceRow r) -> !r.role().equals("primary"))
                .thenComparing(InstanceRow::server))
        .forEach(member -> node(nodes.addObject(), member));
    getElement().setPropertyJson("nodes", nodes);
  }

  private static void node(ObjectNode node, InstanceRow row) {
    StateText state = States.of(row);
    Tone lag = States.lagTone(row.lagBytes());
    Tone tone = state.tone() == Tone.OK && lag == Tone.WARN ? lag : state.tone();
    node.put("id", row.id())
        .put("name", row.server() + (row.port() == null ? "" : ":" + row.port()))
        .put("what", what(row, state))
        .put("site", Objects.requireNonNullElse(row.site(), "no site"))
        .put("tone", tone.style())
        .put("sign", state.tone().sign())
        .put("primary", row.role().equals("primary"))
        .put("movable", row.state().equals("standby"))
        .put("link", "instances/" + row.id());
    if (row.upstreamId() == null) {
      node.putNull("upstream");
    } else {
      node.put("upstream", row.upstreamId());
    }
  }

  private static String what(InstanceRow row, StateText state) {
    String role = States.role(row).text();
    String more =
        row.role().equals("standby")
            ? States.lag(row).text() + (row.lagBytes() == null ? " lag" : "")
            : row.timeline() == null || row.fenced() ? "" : "timeline " + row.timeline();
    String word = state.tone() == Tone.OK ? "" : " · " + state.word();
    return role + (row.fenced() ? " · fenced" : "") + (more.isEmpty() ? "" : " · " + more) + word;
  }
}
