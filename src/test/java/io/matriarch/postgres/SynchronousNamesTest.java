package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SynchronousNamesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "db2;1;db2",
        "DB2, db3;1;db2 db3",
        "2 (db2, db3, db4);2;db2 db3 db4",
        "FIRST 1 (db2,\"Db3\");1;db2 db3",
        "any 2(a,b,c);2;a b c",
        "ANY 1 (*);1;*",
        "*;1;*"
      })
  void says_how_many_of_whom(String setting, int needed, String names) {
    SynchronousNames parsed = SynchronousNames.parse(setting);

    assertThat(parsed.needed()).isEqualTo(needed);
    assertThat(parsed.names()).isEqualTo(Set.of(names.split(" ")));
    assertThat(parsed.takesAny()).isEqualTo(names.equals("*"));
  }

  @Test
  void nothing_named_is_nothing_needed() {
    assertThat(SynchronousNames.parse("").needed()).isZero();
    assertThat(SynchronousNames.parse(" ").names()).isEmpty();
  }
}
