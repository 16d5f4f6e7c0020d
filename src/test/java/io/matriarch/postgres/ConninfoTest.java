package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConninfoTest {

  @Test
  void values_are_read_as_libpq_reads_them() {
    Conninfo read =
        Conninfo.parse(
            "host=db1  port = 5433 user='o\\'hara' password='a b=c\\\\d' sslmode=require");

    assertThat(read.get("host")).isEqualTo("db1");
    assertThat(read.get("port")).isEqualTo("5433");
    assertThat(read.get("user")).isEqualTo("o'hara");
    assertThat(read.get("password")).isEqualTo("a b=c\\d");
    assertThat(read.get("sslmode")).isEqualTo("require");
    assertThat(read.get("channel_binding")).isEmpty();
  }

  @Test
  void another_server_keeps_everything_but_the_place() {
    Conninfo there =
        Conninfo.parse("host=db1 hostaddr=10.0.0.1 port=5432 user=replicator").to("db2", 5433);

    assertThat(Conninfo.parse(there.reveal()).get("host")).isEqualTo("db2");
    assertThat(there.get("hostaddr")).isEmpty();
    assertThat(there.get("port")).isEqualTo("5433");
    assertThat(there.get("user")).isEqualTo("replicator");
  }

  @Test
  void what_was_written_is_read_again_whatever_it_holds() {
    Conninfo hostile = Conninfo.parse("user=r").with("password", "x' host='evil\\ \"$(id)");

    assertThat(Conninfo.parse(hostile.reveal()).get("password"))
        .isEqualTo("x' host='evil\\ \"$(id)");
    assertThat(Conninfo.parse(hostile.reveal()).get("host")).isEmpty();
  }

  @Test
  void a_password_is_not_shown() {
    assertThat(Conninfo.parse("host=db1 user=r password=geheim"))
        .hasToString("host=db1 port= user=r ***");
  }

  @Test
  void what_cannot_be_read_is_refused_without_repeating_it() {
    for (String bad :
        new String[] {"host", "host='db1", "HOST=db1", "postgresql://r:geheim@db1/"}) {
      assertThatThrownBy(() -> Conninfo.parse(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("db1");
    }
    assertThatThrownBy(() -> Conninfo.parse("password='a\nb'"))
        .hasMessageContaining("control character");
  }

  @Test
  void settings_quote_as_a_configuration_file_wants_it() {
    assertThat(StandbyFiles.settings("host='db1'", "matriarch_1"))
        .isEqualTo(
            """
            primary_conninfo = 'host=''db1'''
            primary_slot_name = 'matriarch_1'
            recovery_target_timeline = 'latest'
            """);
    assertThatThrownBy(() -> StandbyFiles.settings("a\nb", "s"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sql_literals_hold_whatever_they_are_given() {
    assertThat(Sql.literal("o'hara")).isEqualTo("'o''hara'");
    assertThat(Sql.literal("a\\'b")).isEqualTo("E'a\\\\''b'");
  }
}
