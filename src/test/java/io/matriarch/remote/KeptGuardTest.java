package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shell that is kept behind the guard of a real host, and the scripts that it runs. */
@Timeout(60)
class KeptGuardTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Script ADD =
      new Script(
          "a=$1 b=$2\nfail() { echo \"no: $1\" >&2; exit 9; }\n[ \"$a\" != bad ] || fail \"$b\"\necho $((a + b))\n");

  private static SshIdentity identity;
  private static TestSshd sshd;
  private static int herds;

  private SshShell shell;
  private RemoteSession session;
  private String herd;

  @BeforeAll
  static void start_sshd(@TempDir Path directory) throws Exception {
    identity = SshIdentity.in(directory.resolve("ssh"));
    sshd = TestSshd.start("127.51.1.22", identity);
  }

  @AfterAll
  static void stop_sshd() throws Exception {
    sshd.close();
  }

  @BeforeEach
  void open() throws Exception {
    herd = "herd-" + ++herds;
    shell = new SshShell(identity, SshLimits.DEFAULT);
    session = keep(5, Command.of("sh"));
  }

  @AfterEach
  void close() {
    session.close();
    shell.close();
  }

  private RemoteSession keep(long fence, Command command) throws Exception {
    return shell.open(sshd.host(), HostGuard.keep(herd, fence, command));
  }

  private CommandResult ask(RemoteSession asked, String text) throws Exception {
    return asked.ask(HostGuard.request(text), "mark-1", SOON, OutputSink.NONE);
  }

  private CommandResult call(Script script, String... arguments) throws Exception {
    return ask(session, script.definition() + script.call(List.of(arguments), "", "mark-1"));
  }

  private void raise(long fence) throws Exception {
    assertThat(shell.run(sshd.host(), HostGuard.raise(herd, fence)).succeeded()).isTrue();
  }

  @Test
  void a_script_runs_as_by_itself_again_and_again() throws Exception {
    assertThat(call(ADD, "1", "2").stdout()).isEqualTo("3\n");

    CommandResult failed = call(ADD, "bad", "it's $(id)\n`x`");

    assertThat(failed.exit()).isEqualTo(9);
    assertThat(failed.stderr()).isEqualTo("no: it's $(id)\n`x`\n");
    assertThat(failed.stdout()).isEmpty();
    assertThat(call(ADD, "40", "2").stdout()).isEqualTo("42\n");
  }

  @Test
  void a_script_reads_what_it_is_given_and_never_the_next_request() throws Exception {
    Script cat = new Script("cat");
    String input = "$HOME 'a' \\n\nmark-2\n";

    CommandResult given = ask(session, cat.definition() + cat.call(List.of(), input, "mark-1"));

    assertThat(given.stdout()).isEqualTo(input);
    assertThat(call(cat).stdout()).isEmpty();
  }

  @Test
  void nothing_of_one_script_is_left_for_the_next() throws Exception {
    call(new Script("left=over; cd /tmp; set -f; umask 0; exec 7>&1"));

    assertThat(call(new Script("echo \"$left\" $PWD; umask")).stdout()).isEqualTo(" /\n0022\n");
  }

  @Test
  void an_older_fence_is_refused_at_each_request() throws Exception {
    assertThat(call(ADD, "1", "1").succeeded()).isTrue();
    raise(6);

    CommandResult refused = call(ADD, "1", "1");

    assertThat(HostGuard.refused(refused)).isTrue();
    assertThat(refused.stdout()).isEmpty();
    assertThat(session.isOpen()).isFalse();
  }

  @Test
  void an_older_fence_opens_nothing() throws Exception {
    raise(6);

    try (RemoteSession late = keep(5, Command.of("sh"))) {
      assertThat(HostGuard.refused(ask(late, "echo mark-1 0; echo mark-1 >&2"))).isTrue();
    }
  }

  @Test
  void the_same_fence_goes_on() throws Exception {
    raise(5);

    assertThat(call(ADD, "1", "1").succeeded()).isTrue();
  }

  @Test
  void half_a_request_is_never_passed_on(@TempDir Path directory) throws Exception {
    Path touched = directory.resolve("touched");
    Command half =
        Command.of("sh")
            .startedBy(HostGuard.keep(herd, 5, Command.of("sh")).arguments().subList(0, 6))
            .withStdin("2\ntouch '" + touched + "'\n");

    assertThat(shell.run(sshd.host(), half).exit()).isZero();

    assertThat(touched).doesNotExist();
  }

  @Test
  void the_end_of_the_kept_command_is_told_with_its_exit_and_errors() throws Exception {
    CommandResult ended = ask(session, "echo half\necho why >&2\nexit 3\n");

    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.stdout()).isEqualTo("half\n");
    assertThat(ended.stderr()).isEqualTo("why\n");
  }
}
