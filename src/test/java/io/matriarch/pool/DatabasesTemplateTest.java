package io.matriarch.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasesTemplateTest {

  @Test
  void host_and_port_are_put_in_wherever_they_stand() {
    String text =
        "[databases]\na = host={{.Host}} port={{.Port}}\nb = host={{.Host}} password='{x}'";

    assertThat(new DatabasesTemplate(text).render(new Backend("10.0.0.7", 5433)))
        .isEqualTo("[databases]\na = host=10.0.0.7 port=5433\nb = host=10.0.0.7 password='{x}'\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host={{.Host}} port={{.Prt}}",
        "host={{.Host}} {{ .Port }}",
        "host={{.Host}} {{",
        "host={{.Host}} {{.Port",
        "host={{.Host}} {{if .Host}}x{{end}}",
        "host=10.0.0.1 port={{.Port}}",
        "",
        "host={{.Host}}\u001e"
      })
  void a_template_that_is_not_understood_is_refused(String text) {
    assertThatThrownBy(() -> new DatabasesTemplate(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "this is no setting",
        "a = host=10.0.0.1 port",
        "a = host=10.0.0.1 password='x",
        "a = 10.0.0.1",
        "we ird = host=10.0.0.1",
        "[databases"
      })
  void a_line_that_the_pooler_could_not_read_is_refused_without_being_shown(String line) {
    String content = "[databases]\n" + line + "\n";

    assertThatThrownBy(() -> pointing(content))
        .hasMessage("Line 2 of the databases file is nothing that PgBouncer could read.");
  }

  @Test
  void what_the_pooler_reads_is_accepted() {
    String content =
        """
        ; comment
        # comment
        [databases]
        a-b.c_1 = host=10.0.0.1 port = 5432 password='it''s = x' user=u

        * = host=fe80::1
        plain =
        %include /etc/pgbouncer/more.ini
        [pgbouncer]
        admin_users = a, b
        listen_addr =
        """;

    assertThat(pointing(content).toString()).doesNotContain("it''s");
  }

  private static Pointing pointing(String content) {
    return new Pointing(new Backend("10.0.0.1", 5432), List.of("a"), Set.of(), content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "db1 port=1", "db1\nx = y", "'db1'", "{{.Port}}", "db1;"})
  void a_host_that_would_end_its_setting_is_refused(String host) {
    DatabasesTemplate template = new DatabasesTemplate("a = host={{.Host}}");

    assertThatThrownBy(() -> template.render(new Backend(host, 5432)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
