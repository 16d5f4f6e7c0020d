package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostGuardTest {

  private TestSshd sshd;
  private SshShell shell;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    SshIdentity identity = SshIdentity.in(directory);
    sshd = TestSshd.start("127.51.3.1", identity);
    shell = new SshShell(identity, SshLimits.DEFAULT);
  }

  @AfterEach
  void stop() throws Exception {
    shell.close();
    sshd.close();
  }

  @Test
  void an_older_fence_is_refused_and_its_command_not_started() throws Exception {
    Path touched = sshd.home().resolve("touched");
    assertThat(run("7", 5, "true").exit()).isZero();

    CommandResult older = run("7", 4, "touch", touched.toString());

    assertThat(older.exit()).isEqualTo(HostGuard.REFUSED);
    assertThat(HostGuard.refused(older)).isTrue();
    assertThat(older.stderr()).contains("fence 4 of herd 7 is older than 5", "was not run");
    assertThat(touched).doesNotExist();
  }

  @Test
  void a_refusal_is_known_behind_what_a_login_writes() {
    CommandResult noisy =
        new CommandResult(97, Duration.ZERO, "", "stdin: no tty\nmatriarch-guard: fence\n", false);
    CommandResult other = new CommandResult(97, Duration.ZERO, "", "no\n", false);

    assertThat(HostGuard.refused(noisy)).isTrue();
    assertThat(HostGuard.refused(other)).isFalse();
  }

  @Test
  void the_same_fence_runs_twice_and_another_herd_is_not_concerned() throws Exception {
    assertThat(run("7", 5, "true").exit()).isZero();
    assertThat(run("7", 5, "true").exit()).isZero();
    assertThat(run("8", 1, "true").exit()).isZero();
  }

  @Test
  void raising_refuses_what_comes_later_with_less() throws Exception {
    assertThat(shell.run(sshd.host(), HostGuard.raise("7", 9_000_000_000_000L)).exit()).isZero();
    assertThat(shell.run(sshd.host(), HostGuard.raise("7", 9_000_000_000_000L)).exit()).isZero();

    assertThat(HostGuard.refused(run("7", 8_999_999_999_999L, "true"))).isTrue();
    assertThat(HostGuard.refused(shell.run(sshd.host(), HostGuard.raise("7", 3)))).isTrue();
  }

  @Test
  void the_command_is_what_it_was_without_the_guard() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("printf", "%s\\0"));
    arguments.addAll(NastyStrings.some(3));

    CommandResult result =
        shell.run(sshd.host(), HostGuard.guard("7", 1, Command.of(arguments).withStdin("in")));
    CommandResult cat =
        shell.run(
            sshd.host(),
            HostGuard.guard("7", 1, Command.of("sh", "-c", "cat; umask; exit 97").withStdin("in")));
    CommandResult umask = shell.run(sshd.host(), Command.of("sh", "-c", "umask"));

    List<String> arrived = List.of(result.stdout().split("\0", -1));
    assertThat(arrived.subList(0, arrived.size() - 1))
        .isEqualTo(arguments.subList(2, arguments.size()));
    assertThat(cat.stdout()).isEqualTo("in" + umask.stdout());
    assertThat(HostGuard.refused(cat)).isFalse();
  }

  @Test
  void privilege_escalation_comes_after_the_guard() throws Exception {
    Host host =
        new Host(
            "test",
            sshd.address(),
            sshd.port(),
            TestSshd.user(),
            sshd.host().pinnedKeys(),
            List.of("env", "BECOME=postgres"));
    Command command = host.become(Command.of("sh", "-c", "echo $BECOME"));

    CommandResult result = shell.run(host, HostGuard.guard("7", 1, command));

    assertThat(result.stdout()).isEqualTo("postgres\n");
    assertThat(HostGuard.guard("7", 1, command).arguments().subList(4, 8))
        .containsExactly("7", "1", "env", "BECOME=postgres");
  }

  @Test
  void of_many_at_once_none_starts_after_a_higher_one() throws Exception {
    Path log = sshd.home().resolve("log");
    List<Long> fences =
        new ArrayList<>(IntStream.rangeClosed(1, 40).mapToObj(Long::valueOf).toList());
    Collections.shuffle(fences, new Random(11));

    List<FutureTask<CommandResult>> tasks =
        fences.stream()
            .map(
                fence ->
                    new FutureTask<>(
                        () ->
                            run(
                                "7",
                                fence,
                                "sh",
                                "-c",
                                "echo \"$1\" >>\"$2\"",
                                "x",
                                fence.toString(),
                                log.toString())))
            .toList();
    tasks.forEach(task -> Thread.ofVirtual().start(task));

    long started = 0;
    for (int i = 0; i < tasks.size(); i++) {
      CommandResult result = tasks.get(i).get();
      assertThat(result.exit() == 0 || HostGuard.refused(result)).isTrue();
      started += result.exit() == 0 ? 1 : 0;
    }
    assertThat(Files.readAllLines(log)).hasSize((int) started).contains("40");
    assertThat(state().resolve("7.fence")).hasContent("40");
    assertThat(HostGuard.refused(run("7", 39, "true"))).isTrue();
  }

  @Test
  void a_server_started_under_the_guard_does_not_hold_its_lock() throws Exception {
    assertThat(run("7", 1, "sh", "-c", "sleep 20 >/dev/null 2>&1 &").exit()).isZero();

    assertThat(run("7", 2, "true").exit()).isZero();
  }

  @Test
  void a_spoilt_state_file_refuses_instead_of_forgetting() throws Exception {
    assertThat(run("7", 5, "true").exit()).isZero();
    Files.writeString(state().resolve("7.fence"), "\n");

    CommandResult result = run("7", 6, "true");

    assertThat(result.exit()).isEqualTo(HostGuard.NO_STATE);
    assertThat(HostGuard.withoutState(result)).isTrue();
  }

  @Test
  void without_a_writable_home_the_state_lies_elsewhere_and_counts_later_too() throws Exception {
    String herd = "test-" + ProcessHandle.current().pid();
    Command raise = HostGuard.raise(herd, 5).startedBy(List.of("env", "HOME=/proc/none"));
    try {
      assertThat(shell.run(sshd.host(), raise).exit()).isZero();
      assertThat(HostGuard.refused(run(herd, 4, "true"))).isTrue();
    } finally {
      String state = "/var/tmp/matriarch-$(id -u)/" + herd;
      shell.run(
          sshd.host(), Command.of("sh", "-c", "rm -f " + state + ".fence " + state + ".lock"));
    }
  }

  @Test
  void only_the_owner_can_read_or_write_the_state() throws Exception {
    assertThat(run("7", 5, "true").exit()).isZero();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state())))
        .isEqualTo("rwx------");
  }

  @Test
  void a_herd_with_a_name_that_is_no_identifier_is_refused() {
    for (String herd : List.of("", "a/b", "..", ".a", "a b", "$(id)", "a\nb")) {
      assertThatThrownBy(() -> HostGuard.raise(herd, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> HostGuard.raise("7", -1)).isInstanceOf(IllegalArgumentException.class);
  }

  private Path state() {
    return sshd.home().resolve(".local/state/matriarch");
  }

  private CommandResult run(String herd, long fence, String... command) throws Exception {
    return shell.run(sshd.host(), HostGuard.guard(herd, fence, Command.of(command)));
  }
}
