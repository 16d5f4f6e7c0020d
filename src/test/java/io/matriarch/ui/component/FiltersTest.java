package io.matriarch.ui.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.database.Query;
import io.matriarch.database.Query.Comparison;
import io.matriarch.database.Quotes;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiltersTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Filters filters = new Filters(Clock.fixed(NOW, ZoneOffset.UTC));
  private final List<Field<String>> fields =
      List.of(
          Field.<String>text("environment", "Environment", s -> s).facet(),
          Field.text("herd", "Herd", s -> s),
          Field.<String>bytes("lagBytes", "Replay lag", s -> 0L).also("lag"),
          Field.<String>age("seenAt", "Reported", s -> NOW));

  @Test
  void words_before_a_colon_name_columns_by_any_beginning_and_the_rest_is_text() {
    Filters.Parsed parsed = filters.search("env:prod lag>10MB orders \"two words\"", fields);
    assertThat(parsed.text()).isEqualTo("orders two words");
    assertThat(parsed.filters())
        .containsExactly(
            Query.Filter.equal("environment", "prod"),
            new Query.Filter("lagBytes", Comparison.GREATER, List.of("10485760")));
  }

  @Test
  void a_column_of_free_text_is_searched_for_a_part_unless_asked_exactly() {
    assertThat(filters.search("herd:ord", fields).filters())
        .containsExactly(Query.Filter.contains("herd", "ord"));
    assertThat(filters.search("herd=orders", fields).filters())
        .containsExactly(Query.Filter.equal("herd", "orders"));
  }

  @Test
  void older_than_means_seen_before() {
    assertThat(filters.search("reported>5min", fields).filters())
        .containsExactly(
            new Query.Filter("seenAt", Comparison.LESS, List.of("2026-01-02T02:59:05Z")));
  }

  @Test
  void unknown_lag_can_be_looked_for() {
    assertThat(filters.search("lag:unknown", fields).filters())
        .containsExactly(Query.Filter.equal("lagBytes", "unknown"));
  }

  @Test
  void several_values_are_alternatives() {
    assertThat(filters.search("env:prod,stage", fields).filters())
        .containsExactly(Query.Filter.equal("environment", "prod", "stage"));
  }

  @Test
  void a_value_in_quotes_may_hold_what_separates_values() {
    assertThat(filters.search("env:\"a, b\",prod herd:\"x|y \\\"z\\\"\" rest", fields).filters())
        .containsExactly(
            Query.Filter.equal("environment", "a, b", "prod"),
            Query.Filter.contains("herd", "x|y \"z\""));
    assertThat(filters.search("herd:o'r\"x \"two, words\"", fields))
        .isEqualTo(
            new Filters.Parsed(List.of(Query.Filter.contains("herd", "o'r\"x")), "two, words"));
  }

  @Test
  void a_choice_in_the_address_is_that_value_even_if_it_looks_like_a_comparison() {
    for (String name : List.of("~x", ">1", "a, b", "\"q\"", "back\\slash", "plain")) {
      assertThat(filters.raw(fields.getFirst(), List.of(Quotes.written(name))))
          .isEqualTo(Query.Filter.equal("environment", name));
    }
  }

  @Test
  void an_unknown_column_and_a_value_that_is_no_size_are_named() {
    assertThatThrownBy(() -> filters.search("colour:red", fields))
        .hasMessageContaining("no column \"colour\"");
    assertThatThrownBy(() -> filters.search("lag>much", fields))
        .hasMessageContaining("\"much\" is not a number");
  }
}
