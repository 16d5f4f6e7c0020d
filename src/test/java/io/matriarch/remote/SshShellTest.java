package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SshShellTest {

  private static SshIdentity identity;
  private static TestSshd sshd;

  private SshShell shell;

  @BeforeAll
  static void start_sshd(@TempDir Path directory) throws Exception {
    identity = SshIdentity.in(directory.resolve("ssh"));
    sshd = TestSshd.start("127.51.1.1", identity);
  }

  @AfterAll
  static void stop_sshd() throws Exception {
    sshd.close();
  }

  @BeforeEach
  void open_shell() {
    shell = new SshShell(identity, SshLimits.DEFAULT);
  }

  @AfterEach
  void close_shell() {
    shell.close();
  }

  @Test
  void a_non_zero_exit_is_a_result_with_both_outputs() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();

    CommandResult result =
        shell.run(
            sshd.host(),
            Command.of("sh", "-c", "echo out; echo err >&2; exit 7"),
            (stream, text) -> lines.add(stream + " " + text));

    assertThat(result.exit()).isEqualTo(7);
    assertThat(result.stdout()).isEqualTo("out\n");
    assertThat(result.stderr()).isEqualTo("err\n");
    assertThat(result.truncated()).isFalse();
    assertThat(lines).containsExactlyInAnyOrder("STDOUT out", "STDERR err");
  }

  @Test
  void every_argument_arrives_as_it_is() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("printf", "%s\\0"));
    arguments.addAll(NastyStrings.some(7));

    CommandResult result = shell.run(sshd.host(), Command.of(arguments));

    List<String> arrived = List.of(result.stdout().split("\0", -1));
    assertThat(arrived.subList(0, arrived.size() - 1))
        .isEqualTo(arguments.subList(2, arguments.size()));
  }

  @Test
  void standard_input_arrives_as_it_is_and_ends() throws Exception {
    String text = "$(id) 'ä€😀\n".repeat(20_000);

    CommandResult result = shell.run(sshd.host(), Command.of("cat").withStdin(text));

    assertThat(result.stdout()).isEqualTo(text);
    assertThat(shell.run(sshd.host(), Command.of("cat")).stdout()).isEmpty();
  }

  @Test
  void short_input_is_never_lost_before_the_command_has_started() throws Exception {
    for (int i = 0; i < 100; i++) {
      String text = "line " + i;
      assertThat(shell.run(sshd.host(), Command.of("cat").withStdin(text)).stdout())
          .isEqualTo(text);
    }
  }

  @Test
  void input_waits_for_a_command_that_reads_late() throws Exception {
    SshLimits impatient = connectWithin(Duration.ofMillis(700));
    String text = "x".repeat(4_000_000);
    try (SshShell shell = new SshShell(identity, impatient)) {
      CommandResult result =
          shell.run(sshd.host(), Command.of("sh", "-c", "sleep 2; wc -c").withStdin(text));

      assertThat(result.stdout().strip()).isEqualTo("4000000");
    }
  }

  @Test
  void a_command_that_does_not_read_its_input_is_no_failure() throws Exception {
    Command command = Command.of("true").withStdin("x".repeat(5_000_000));

    assertThat(shell.run(sshd.host(), command).exit()).isZero();
  }

  @Test
  void a_command_ended_by_a_signal_has_the_exit_of_a_shell() throws Exception {
    CommandResult result = shell.run(sshd.host(), Command.of("sh", "-c", "kill -KILL $$"));

    assertThat(result.exit()).isEqualTo(137);
  }

  @Test
  void another_host_key_than_the_pinned_one_is_refused() throws Exception {
    TestSshd other = TestSshd.start("127.51.1.2", identity);
    try (other) {
      Host host = other.host(sshd.hostKey().openSsh());

      ShellUnavailable e = refusal(host, Command.of("true"));

      assertThat(e.reason()).isEqualTo(Reason.HOST_KEY_MISMATCH);
      assertThat(e.expectedFingerprints()).containsExactly(sshd.hostKey().fingerprint());
      assertThat(e.presentedFingerprint()).isEqualTo(other.hostKey().fingerprint());
      assertThat(e.mayHaveRun()).isFalse();
      assertThat(e.getMessage()).contains(other.hostKey().fingerprint(), "nothing was run");
    }
  }

  @Test
  void a_host_without_a_pinned_key_is_not_connected_to() throws Exception {
    ShellUnavailable e = refusal(sshd.host(new String[0]), Command.of("true"));

    assertThat(e.reason()).isEqualTo(Reason.HOST_KEY_MISMATCH);
    assertThat(e.presentedFingerprint()).isNull();
  }

  @Test
  void a_host_that_does_not_know_our_key_is_an_authentication_failure() throws Exception {
    try (SshShell stranger = new SshShell(SshIdentity.in(sshd.home()), SshLimits.DEFAULT)) {
      ShellUnavailable e =
          catchThrowableOfType(
              ShellUnavailable.class, () -> stranger.run(sshd.host(), Command.of("true")));

      assertThat(e.reason()).isEqualTo(Reason.AUTH_FAILED);
    }
  }

  @Test
  void a_closed_port_is_a_failure_to_connect() throws Exception {
    Host host = new Host("gone", "127.51.1.9", 9, "x", sshd.host().pinnedKeys(), List.of());

    assertThat(refusal(host, Command.of("true")).reason()).isEqualTo(Reason.CONNECT_FAILED);
  }

  @Test
  void a_command_beyond_its_time_limit_may_have_run() throws Exception {
    Command command = Command.of("sleep", "30").within(Duration.ofMillis(300));

    ShellUnavailable e = refusal(sshd.host(), command);

    assertThat(e.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(e.mayHaveRun()).isTrue();
    assertThat(shell.run(sshd.host(), Command.of("true")).exit()).isZero();
  }

  @Test
  void output_beyond_the_limit_is_dropped_and_the_command_is_not_blocked() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();

    CommandResult result =
        shell.run(
            sshd.host(),
            Command.of("sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' x; echo; echo end >&2"),
            (stream, text) -> lines.add(text));

    assertThat(result.exit()).isZero();
    assertThat(result.truncated()).isTrue();
    assertThat(result.stdout()).hasSize(SshLimits.DEFAULT.output());
    assertThat(result.stderr()).isEqualTo("end\n");
    assertThat(lines).allMatch(line -> line.length() <= SshLimits.DEFAULT.line());
    assertThat(lines).anyMatch(line -> line.contains("the rest is dropped"));
  }

  @Test
  void lines_for_people_are_harmless_and_the_result_is_as_it_came() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    String output = "\\033[31mred\\007\\tä\\r\\nbad \\377 byte\\r10%%\\r20%%\\n\\342\\200\\256last";

    CommandResult result =
        shell.run(sshd.host(), Command.of("printf", output), (stream, text) -> lines.add(text));

    assertThat(result.stdout()).startsWith("\u001B[31mred\u0007\tä\r\nbad \uFFFD byte");
    assertThat(lines)
        .containsExactly("␛[31mred␇\tä", "bad \uFFFD byte", "10%", "20%", "<U+202E>last");
  }

  @Test
  void lines_arrive_while_the_command_runs() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    Path go = sshd.home().resolve("go");
    Command command =
        Command.of(
            "sh", "-c", "echo first; until [ -e \"$1\" ]; do sleep 0.05; done", "x", go.toString());

    Future<CommandResult> running =
        async(() -> shell.run(sshd.host(), command, (stream, text) -> first.complete(text)));

    assertThat(first.get()).isEqualTo("first");
    assertThat(running.isDone()).isFalse();
    Files.createFile(go);
    assertThat(running.get().exit()).isZero();
  }

  @Test
  void an_interrupted_caller_stops_waiting() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    CompletableFuture<String> first = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    shell.run(
                        sshd.host(),
                        Command.of("sh", "-c", "echo on; sleep 30"),
                        (stream, text) -> first.complete(text));
                  } catch (Exception e) {
                    thrown.complete(e);
                  }
                });
    first.get();

    caller.interrupt();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(shell.run(sshd.host(), Command.of("true")).exit()).isZero();
  }

  @Test
  void a_connection_killed_during_a_command_leaves_its_outcome_unknown() throws Exception {
    try (TestSshd own = TestSshd.start("127.51.1.3", identity)) {
      CompletableFuture<String> first = new CompletableFuture<>();
      Future<CommandResult> running =
          async(
              () ->
                  shell.run(
                      own.host(),
                      Command.of("sh", "-c", "echo on; sleep 5"),
                      (stream, text) -> first.complete(text)));
      first.get();

      own.killSessions();

      ShellUnavailable e = (ShellUnavailable) catchCause(running);
      assertThat(e.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
      assertThat(e.mayHaveRun()).isTrue();
    }
  }

  @Test
  void a_restarted_host_is_connected_to_again() throws Exception {
    try (TestSshd own = TestSshd.start("127.51.1.4", identity)) {
      for (int round = 0; round < 3; round++) {
        assertThat(shell.run(own.host(), Command.of("true")).exit()).isZero();
        own.killSessions();
        own.stop();
        own.start();
      }
      assertThat(shell.run(own.host(), Command.of("true")).exit()).isZero();
    }
  }

  @Test
  void a_host_that_hangs_up_at_first_is_tried_again() throws Exception {
    try (MoodyProxy proxy = MoodyProxy.start("127.51.1.12", sshd, 2)) {
      Host host =
          new Host(
              "moody",
              "127.51.1.12",
              proxy.port(),
              TestSshd.user(),
              sshd.host().pinnedKeys(),
              List.of());

      assertThat(shell.run(host, Command.of("true")).exit()).isZero();
    }
  }

  @Test
  void many_commands_share_few_connections_and_few_sessions() throws Exception {
    try (TestSshd own = TestSshd.start("127.51.1.5", identity)) {
      List<Future<CommandResult>> running =
          IntStream.range(0, 40)
              .mapToObj(i -> async(() -> shell.run(own.host(), Command.of("sleep", "0.2"))))
              .toList();

      for (Future<CommandResult> one : running) {
        assertThat(one.get().exit()).isZero();
      }
      assertThat(own.connections()).isBetween(1L, 2L);
    }
  }

  @Test
  void a_host_that_allows_fewer_sessions_than_usual_is_respected() throws Exception {
    try (TestSshd own = TestSshd.start("127.51.1.6", identity, "MaxSessions 2")) {
      List<Future<CommandResult>> running =
          IntStream.range(0, 20)
              .mapToObj(i -> async(() -> shell.run(own.host(), Command.of("sleep", "0.1"))))
              .toList();

      for (Future<CommandResult> one : running) {
        assertThat(one.get().exit()).isZero();
      }
    }
  }

  @Test
  void a_host_that_never_answers_holds_up_nobody_else() throws Exception {
    try (ServerSocket tarpit = new ServerSocket(0, 50, InetAddress.getByName("127.51.1.7"))) {
      Host stuck =
          new Host(
              "tarpit",
              "127.51.1.7",
              tarpit.getLocalPort(),
              "x",
              sshd.host().pinnedKeys(),
              List.of());
      try (SshShell brief = new SshShell(identity, connectWithin(Duration.ofSeconds(3)))) {
        List<Future<CommandResult>> waiting =
            IntStream.range(0, 50)
                .mapToObj(i -> async(() -> brief.run(stuck, Command.of("true"))))
                .toList();
        for (int i = 0; i < 10; i++) {
          assertThat(brief.run(sshd.host(), Command.of("true")).exit()).isZero();
        }
        assertThat(waiting).noneMatch(Future::isDone);

        for (Future<CommandResult> one : waiting) {
          ShellUnavailable e = (ShellUnavailable) catchCause(one);
          assertThat(e.reason()).isEqualTo(Reason.CONNECT_FAILED);
          assertThat(e.getMessage()).contains("tarpit", "no answer within 3 s");
        }
      }
    }
  }

  @Test
  void a_daemon_that_keeps_the_output_open_does_not_hold_the_command() throws Exception {
    Command command =
        Command.of("sh", "-c", "sleep 20 & echo started").within(Duration.ofSeconds(15));

    CommandResult result = shell.run(sshd.host(), command);

    assertThat(result.exit()).isZero();
    assertThat(result.stdout()).isEqualTo("started\n");
  }

  @Test
  void idle_connections_are_closed() throws Exception {
    SshLimits d = SshLimits.DEFAULT;
    SshLimits brief =
        new SshLimits(
            d.connect(),
            d.queue(),
            8,
            2,
            10,
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            d.output(),
            d.line());
    try (TestSshd own = TestSshd.start("127.51.1.8", identity);
        SshShell idle = new SshShell(identity, brief)) {
      idle.run(own.host(), Command.of("true"));

      await().atMost(Duration.ofSeconds(10)).until(() -> own.connections() == 0);
      assertThat(idle.run(own.host(), Command.of("true")).exit()).isZero();
    }
  }

  @Test
  void when_no_connection_is_left_an_unused_one_gives_way() throws Exception {
    SshLimits d = SshLimits.DEFAULT;
    SshLimits single =
        new SshLimits(
            d.connect(), d.queue(), 8, 2, 1, d.idle(), d.keepAlive(), d.output(), d.line());
    try (TestSshd own = TestSshd.start("127.51.1.10", identity);
        SshShell shell = new SshShell(identity, single)) {
      for (int i = 0; i < 2; i++) {
        assertThat(shell.run(own.host(), Command.of("true")).exit()).isZero();
        assertThat(shell.run(sshd.host(), Command.of("true")).exit()).isZero();
      }
    }
  }

  @Test
  void a_frozen_connection_is_given_up_while_a_command_waits() throws Exception {
    SshLimits d = SshLimits.DEFAULT;
    SshLimits brief =
        new SshLimits(
            d.connect(), d.queue(), 8, 2, 10, d.idle(), Duration.ofMillis(100), 1000, 1000);
    try (TestSshd own = TestSshd.start("127.51.1.11", identity);
        SshShell shell = new SshShell(identity, brief)) {
      CompletableFuture<String> first = new CompletableFuture<>();
      Future<CommandResult> running =
          async(
              () ->
                  shell.run(
                      own.host(),
                      Command.of("sh", "-c", "echo on; sleep 50"),
                      (stream, text) -> first.complete(text)));
      first.get();

      own.freezeSessions();

      ShellUnavailable e = (ShellUnavailable) catchCause(running);
      assertThat(e.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    }
  }

  private ShellUnavailable refusal(Host host, Command command) {
    return catchThrowableOfType(ShellUnavailable.class, () -> shell.run(host, command));
  }

  private static SshLimits connectWithin(Duration limit) {
    SshLimits d = SshLimits.DEFAULT;
    return new SshLimits(
        limit, d.queue(), 8, 2, 100, d.idle(), d.keepAlive(), d.output(), d.line());
  }

  private static Throwable catchCause(Future<?> future) throws InterruptedException {
    try {
      future.get();
      throw new AssertionError("expected a failure");
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
  }

  private static <T> Future<T> async(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofVirtual().start(future);
    return future;
  }
}
