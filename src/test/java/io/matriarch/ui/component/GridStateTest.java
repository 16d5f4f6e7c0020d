package io.matriarch.ui.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.router.QueryParameters;
import io.matriarch.database.Query;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GridStateTest {

  private static final Set<String> KNOWN = Set.of("herd", "lagBytes", "state");

  @Test
  void what_is_written_into_the_address_is_read_back() {
    GridState state =
        new GridState(
            "a b&c=d",
            Map.of("state", List.of("silent", "stopped"), "herd", List.of("x|y")),
            List.of(new Query.Sort("lagBytes", true), new Query.Sort("herd", false)),
            List.of("herd", "state"));
    QueryParameters reopened = QueryParameters.fromString(state.write().getQueryString());
    assertThat(GridState.read(reopened, KNOWN, KNOWN)).isEqualTo(state);
  }

  @Test
  void parameters_that_are_no_column_are_left_alone() {
    GridState state =
        GridState.read(QueryParameters.fromString("drop=table&sort=-evil,herd"), KNOWN, KNOWN);
    assertThat(state.filters()).isEmpty();
    assertThat(state.sorts()).containsExactly(new Query.Sort("herd", false));
  }
}
