package io.matriarch.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolScriptsTest {

  private static final PgBouncer POOLER =
      new PgBouncer(
          "web1", "/run/pg", 6432, "pgbouncer", null, "/etc/pgbouncer/db.ini", "postgres", null);
  private static final PauseToken TOKEN = new PauseToken("orders", "run-7", 1);

  static Stream<String> names() {
    return PoolScripts.ALL.keySet().stream().sorted();
  }

  /** Parts are shared, so some of each stays unused: SC2034 and SC2317 cannot be told apart. */
  @ParameterizedTest
  @MethodSource("names")
  void shellcheck_has_nothing_to_say(String name) throws Exception {
    LocalCommand.Output output =
        TestPooler.output(
            new LocalCommand(
                List.of("shellcheck", "-s", "sh", "-e", "SC2034,SC2317", "-"),
                PoolScripts.ALL.getOrDefault(name, "")));

    assertThat(output.stdout()).isEmpty();
    assertThat(output.exit()).isZero();
  }

  @Test
  void values_are_arguments_and_never_in_the_script() {
    LocalCommand command =
        PoolCommands.pause(
            POOLER,
            TOKEN,
            Set.of("it's $(id)"),
            Set.of(new Backend("10.0.0.7", 5433)),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30));

    assertThat(command.arguments().get(2)).isEqualTo(PoolScripts.PAUSE);
    assertThat(command.arguments().subList(3, command.arguments().size()))
        .containsExactly(
            "matriarch-pool",
            "/run/pg",
            "6432",
            "pgbouncer",
            "",
            "/var/tmp/matriarch-postgres",
            "postgres",
            "pool-_2f_run_2f_pg-6432.orders",
            "run-7",
            "1",
            "2",
            "30",
            "1",
            "10.0.0.7",
            "5433",
            "it's $(id)");
  }

  @Test
  void what_would_break_up_a_list_is_refused() {
    Duration limit = Duration.ofSeconds(2);
    Duration expiry = Duration.ofSeconds(30);
    for (String name : List.of("a\nb", "a\u001fb", "", "*", "pgbouncer")) {
      assertThatThrownBy(
              () -> PoolCommands.pause(POOLER, TOKEN, Set.of(name), Set.of(), limit, expiry))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> PoolCommands.pause(POOLER, TOKEN, Set.of("a"), Set.of(), expiry, expiry))
        .hasMessageContaining("expire");
    assertThatThrownBy(() -> new PauseToken("orders", "run 7", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backend("a\nb", 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
