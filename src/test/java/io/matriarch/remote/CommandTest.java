package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTest {

  @Test
  void every_argument_reaches_the_program_as_it_is() throws Exception {
    for (String shell : List.of("sh", "bash")) {
      List<String> nasty = new ArrayList<>(NastyStrings.some(42));
      nasty.addFirst("first");
      Command command = Command.of(nasty).startedBy(List.of("printf", "%s\\0"));

      Process process = new ProcessBuilder(shell, "-c", command.shellText()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).isZero();
      assertThat(List.of(out.split("\0", -1)).subList(0, nasty.size())).isEqualTo(nasty);
    }
  }

  @Test
  void a_program_named_like_a_reserved_word_or_an_assignment_is_quoted() {
    assertThat(Command.of("if", "if").shellText()).isEqualTo("'if' if");
    assertThat(Command.of("A=b", "a=b").shellText()).isEqualTo("'A=b' a=b");
  }

  @Test
  void a_secret_is_sent_and_not_shown() {
    Command command =
        Command.of("login", "--password").withSecret("s3cret").startedBy(List.of("sudo", "-n"));

    assertThat(command.shellText()).isEqualTo("sudo -n login --password s3cret");
    assertThat(command.display()).isEqualTo("sudo -n login --password ***");
    assertThat(command.withStdin("s3cret").toString()).doesNotContain("s3cret");
  }

  @Test
  void a_long_script_is_sent_and_only_named_while_other_arguments_are_shown() {
    Command guarded = HostGuard.guard("7", 5, Command.of("echo", "a\nb\nc\nd\ne\nf\ng"));

    assertThat(guarded.display())
        .matches(
            "(?s)sh -c '\\(script of \\d+ lines\\)' matriarch-guard 7 5 echo 'a\nb\nc\nd\ne\nf\ng'");
    assertThat(guarded.shellText()).contains("flock");
  }

  @Test
  void a_command_without_a_program_or_with_a_nul_is_refused() {
    assertThatThrownBy(() -> Command.of()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Command.of("", "a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Command.of("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }
}
