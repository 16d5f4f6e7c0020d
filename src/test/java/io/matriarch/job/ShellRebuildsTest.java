package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.job.Rebuilds.Systemd;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.Rebuild.Order;
import io.matriarch.postgres.Rebuild.Phase;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What systemd is told, by the text of the commands; the rest is seen on the lab. */
class ShellRebuildsTest {

  private static final List<String> ROOT = List.of("sudo", "-n", "-u", "root");
  private static final Systemd UNIT = new Systemd("postgresql-17.service", ROOT);
  private static final InstanceRef DB1 =
      new InstanceRef(
          1,
          1,
          "db1",
          "/var/lib/pgsql/17/data",
          "/var/lib/pgsql/17/data",
          5432,
          null,
          null,
          "postgres",
          170_002,
          List.of("sudo", "-n", "-u", "postgres"));
  private static final Order ORDER =
      new Order(
          Conninfo.parse("host=db2 user=rewind password=secret"),
          null,
          "17",
          "7",
          null,
          "postgresql-17.service",
          false,
          null);

  private final List<String> sent = new ArrayList<>();

  @Test
  void an_enabled_unit_is_disabled_and_masked_before_systemd_begins_the_work() throws Exception {
    Rebuilds rebuilds = rebuilds(systemd("preparing", "enabled"));

    rebuilds.begin(DB1, ORDER, UNIT);

    assertThat(sent)
        .containsExactly(
            "prepare",
            "sudo -n -u root systemctl --no-ask-password disable postgresql-17.service",
            "sudo -n -u root systemctl --no-ask-password mask postgresql-17.service",
            "sudo -n -u root systemd-run --no-ask-password --quiet --collect --unit=matriarch-rebuild-run-7-1 --uid=postgres sh /state/worker worker /var/lib/pgsql/17/data");
  }

  @Test
  void where_systemd_does_not_let_us_a_session_of_its_own_does_the_work() throws Exception {
    Rebuilds rebuilds =
        rebuilds(
            command ->
                command.contains("systemd-run")
                    ? result(1, "")
                    : systemd("preparing", "disabled").apply(command));

    rebuilds.begin(DB1, ORDER, UNIT);

    assertThat(sent).hasSize(4).last().isEqualTo("spawn");
    assertThat(sent.get(1)).contains("mask");
  }

  @Test
  void without_the_right_to_mask_it_nothing_is_begun() {
    Rebuilds rebuilds =
        rebuilds(
            command ->
                command.contains("systemctl")
                    ? result(1, "")
                    : systemd("preparing", "enabled").apply(command));

    assertThatThrownBy(() -> rebuilds.begin(DB1, ORDER, UNIT))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("systemctl disable postgresql-17.service");
    assertThat(sent).noneMatch(s -> s.contains("worker") || s.equals("spawn"));
    assertThat(sent).as("the mark is lifted").last().isEqualTo("abandon");
  }

  @Test
  void one_that_died_in_the_middle_or_is_under_way_is_not_begun_again() throws Exception {
    assertThat(rebuilds(systemd("changing", "")).begin(DB1, ORDER, UNIT).isUnusable()).isTrue();
    assertThat(
            rebuilds(c -> result(0, "phase preparing\nheld yes\n")).begin(DB1, ORDER, UNIT).held())
        .isTrue();

    assertThat(sent).containsExactly("prepare", "prepare");
  }

  @Test
  void the_unit_is_enabled_again_only_once_it_streams_or_nothing_was_touched() throws Exception {
    Rebuilds ready = rebuilds(systemd("ready", "enabled"));
    ready.release(DB1, UNIT);
    assertThat(sent)
        .containsExactly(
            "release", "sudo -n -u root systemctl --no-ask-password unmask postgresql-17.service");

    sent.clear();
    ready.settle(DB1, UNIT);
    assertThat(sent)
        .containsExactly(
            "state",
            "sudo -n -u root systemctl --no-ask-password unmask postgresql-17.service",
            "sudo -n -u root systemctl --no-ask-password enable postgresql-17.service",
            "settle");

    sent.clear();
    Rebuilds failed = rebuilds(systemd("failed", "enabled"));
    assertThat(failed.await(DB1, UNIT, Duration.ofSeconds(30)).phase()).isEqualTo(Phase.FAILED);
    assertThat(sent)
        .containsExactly(
            "wait",
            "sudo -n -u root systemctl --no-ask-password unmask postgresql-17.service",
            "sudo -n -u root systemctl --no-ask-password enable postgresql-17.service");
  }

  private static Function<String, CommandResult> systemd(String phase, String enabled) {
    return command ->
        result(
            0,
            "phase %s\nheld no\nrun run-7\nenabled %s\ndir /state\nsystemd yes\n"
                .formatted(phase, enabled));
  }

  private static CommandResult result(int exit, String stdout) {
    return new CommandResult(exit, Duration.ZERO, stdout, "no", false);
  }

  private Rebuilds rebuilds(Function<String, CommandResult> answer) {
    RunShell shell =
        new RunShell() {
          @Override
          public CommandResult read(long serverId, Command command) {
            return take(command);
          }

          @Override
          public CommandResult change(long serverId, Command command) {
            return take(command);
          }

          private CommandResult take(Command command) {
            List<String> arguments = command.arguments();
            int script = arguments.indexOf("matriarch-rebuild");
            String text = script < 0 ? command.display() : arguments.get(script + 1);
            assertThat(command.display()).doesNotContain("secret");
            sent.add(text);
            return answer.apply(text);
          }
        };
    return new ShellRebuilds(shell, shell::read, (kind, source, text) -> {}, 7);
  }
}
