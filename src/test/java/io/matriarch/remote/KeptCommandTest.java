package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shell that is kept on a real sshd, and asked again and again. */
@Timeout(60)
class KeptCommandTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static SshIdentity identity;
  private static TestSshd sshd;

  private SshShell shell;
  private RemoteSession session;

  @BeforeAll
  static void start_sshd(@TempDir Path directory) throws Exception {
    identity = SshIdentity.in(directory.resolve("ssh"));
    sshd = TestSshd.start("127.51.1.20", identity);
  }

  @AfterAll
  static void stop_sshd() throws Exception {
    sshd.close();
  }

  @BeforeEach
  void open() throws Exception {
    shell = new SshShell(identity, SshLimits.DEFAULT);
    session = shell.open(sshd.host(), Command.of("sh"));
  }

  @AfterEach
  void close() {
    session.close();
    shell.close();
  }

  private CommandResult ask(String text) throws Exception {
    return ask(session, text);
  }

  private static CommandResult ask(RemoteSession asked, String text) throws Exception {
    return asked.ask(
        text + "\necho that-is-all 0\necho that-is-all >&2\n",
        "that-is-all",
        SOON,
        OutputSink.NONE);
  }

  @Test
  void each_answer_is_its_own_and_the_command_stays() throws Exception {
    String pid = ask("echo $$").stdout();

    CommandResult second = ask("echo one; echo two; echo trouble >&2");

    assertThat(second.exit()).isZero();
    assertThat(second.stdout()).isEqualTo("one\ntwo\n");
    assertThat(ask("echo $$").stdout()).isEqualTo(pid);
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void an_answer_arrives_as_it_is() throws Exception {
    assertThat(ask("printf 'a\\tb\\033[31m \\n'").stdout()).isEqualTo("a\tb\u001b[31m \n");
    assertThat(ask(":").stdout()).isEmpty();
    String long_text = "x".repeat(50_000);
    assertThat(ask("echo " + long_text).stdout()).isEqualTo(long_text + "\n");
  }

  @Test
  void more_answers_than_one_command_may_print_in_all_are_fine() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(ask("head -c 400000 /dev/zero | tr '\\0' x; echo").stdout()).hasSize(400_001);
    }
  }

  @Test
  void a_command_that_ends_is_a_result_and_the_session_is_over() throws Exception {
    CommandResult result = ask("echo half; echo reason >&2; exit 3");

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.stdout()).isEqualTo("half\n");
    assertThat(result.stderr()).isEqualTo("reason\n");
    assertThat(session.isOpen()).isFalse();
  }

  @Test
  void an_end_without_an_answer_is_no_success() throws Exception {
    assertThat(ask("exit 0").succeeded()).isFalse();
  }

  @Test
  void silence_ends_at_the_limit_with_what_was_asked_where() throws Exception {
    ShellUnavailable e =
        catchThrowableOfType(
            ShellUnavailable.class,
            () -> session.ask("sleep 30\n", "never", Duration.ofMillis(200), OutputSink.NONE));

    assertThat(e.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(e).hasMessageContaining("sh on test");
    assertThat(session.isOpen()).isFalse();
  }

  @Test
  void a_connection_that_is_lost_is_told_and_the_next_session_uses_another() throws Exception {
    ask("echo there");
    sshd.killSessions();

    ShellUnavailable e = catchThrowableOfType(ShellUnavailable.class, () -> ask("echo again"));

    assertThat(e.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    try (RemoteSession next = shell.open(sshd.host(), Command.of("sh"))) {
      assertThat(ask(next, "echo a").stdout()).isEqualTo("a\n");
    }
  }

  @Test
  void a_closed_session_gives_its_place_back_and_its_command_ends() throws Exception {
    String pid = ask("echo $$").stdout().strip();
    for (int i = 0; i < 40; i++) {
      try (RemoteSession another = shell.open(sshd.host(), Command.of("sh"))) {
        assertThat(ask(another, "echo x").succeeded()).isTrue();
      }
    }
    session.close();

    await()
        .atMost(SOON)
        .until(
            () -> ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty());
  }
}
