package io.matriarch.ui.fleet;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.dependency.JsModule;
import io.matriarch.inventory.Details.LagSample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Replay lag of the standbys of a herd over the last hours; gaps where it was unknown. */
@Tag("m-lag-chart")
@JsModule("context://ui/chart.js")
final class LagChart extends Component {

  /**
   * @param names of the instances, by id
   */
  void show(List<LagSample> samples, Map<Long, String> names) {
    Map<Long, ArrayNode> points = new LinkedHashMap<>();
    ArrayNode series = JsonNodeFactory.instance.arrayNode();
    for (LagSample sample : samples) {
      ArrayNode line =
          points.computeIfAbsent(
              sample.instanceId(),
              id -> {
                ObjectNode one = series.addObject();
                one.put("name", names.getOrDefault(id, "?"));
                return one.putArray("points");
              });
      ArrayNode point = line.addArray().add(sample.at().toEpochMilli());
      if (sample.lagBytes() == null) {
        point.addNull();
      } else {
        point.add(sample.lagBytes());
      }
    }
    getElement().setPropertyJson("series", series);
  }
}
