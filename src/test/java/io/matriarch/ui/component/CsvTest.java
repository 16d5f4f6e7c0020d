package io.matriarch.ui.component;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"})
  void text_that_a_spreadsheet_would_run_gets_an_apostrophe(String text) {
    assertThat(Csv.cell(text))
        .satisfiesAnyOf(c -> assertThat(c).startsWith("'"), c -> assertThat(c).startsWith("\"'"));
  }

  @Test
  void quotes_commas_and_line_ends_are_quoted() {
    assertThat(Csv.cell("a \"b\", c\nd")).isEqualTo("\"a \"\"b\"\", c\nd\"");
  }

  @Test
  void a_negative_number_stays_a_number_and_nothing_stays_empty() {
    assertThat(Csv.cell(-5L)).isEqualTo("-5");
    assertThat(Csv.cell(null)).isEmpty();
  }
}
