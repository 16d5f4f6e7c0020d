package io.matriarch.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.database.Query.Comparison;
import io.matriarch.database.Query.Filter;
import io.matriarch.database.Query.InvalidQuery;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryTest {

  private static Query filtered(String filter) {
    return Query.parse(filter, "", 0, 50);
  }

  @Test
  void terms_are_joined_by_commas_and_values_by_bars() {
    Query query = filtered("role:standby,environment:prod|stage,lagBytes>1000,text:ord");
    assertThat(query.filters())
        .containsExactly(
            Filter.equal("role", "standby"),
            Filter.equal("environment", "prod", "stage"),
            new Filter("lagBytes", Comparison.GREATER, List.of("1000")));
    assertThat(query.text()).isEqualTo("ord");
  }

  @Test
  void a_value_in_quotes_may_hold_commas_bars_operators_and_quotes() {
    assertThat(filtered("owner:\"Smith, J.\"|\"a|b\"|c,herd~\"x\\\"y\\\\z\",server:d").filters())
        .containsExactly(
            Filter.equal("owner", "Smith, J.", "a|b", "c"),
            Filter.contains("herd", "x\"y\\z"),
            Filter.equal("server", "d"));
    assertThat(filtered("text:\"a, b\"").text()).isEqualTo("a, b");
  }

  @Test
  void quotes_and_backslashes_inside_a_bare_value_mean_themselves() {
    assertThat(filtered("herd:o'r\"x,server:a\\b").filters())
        .containsExactly(Filter.equal("herd", "o'r\"x"), Filter.equal("server", "a\\b"));
  }

  @Test
  void a_quote_that_is_never_closed_is_refused() {
    assertThatThrownBy(() -> filtered("herd:\"a,role:standby"))
        .isInstanceOf(InvalidQuery.class)
        .hasMessageContaining("never closed");
  }

  @Test
  void whatever_is_written_is_read_back() {
    for (String value : List.of("a, b", "|", "\"", "\\", "a\\\"", " edge ", "x:y", "plain", "\n")) {
      assertThat(Quotes.values(Quotes.written(value), "|,")).as(value).containsExactly(value);
    }
  }
}
