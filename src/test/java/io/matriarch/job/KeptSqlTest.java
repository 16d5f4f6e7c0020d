package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.inventory.Server;
import io.matriarch.postgres.Cluster;
import io.matriarch.postgres.TestCluster;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.HostGuard;
import io.matriarch.remote.OutputSink;
import io.matriarch.remote.SshIdentity;
import io.matriarch.remote.SshLimits;
import io.matriarch.remote.SshShell;
import io.matriarch.remote.TestSshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A psql that is kept on a real server, through a real sshd. */
class KeptSqlTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String BACKEND = "select 'backend', pg_backend_pid();\n";

  private static SshIdentity identity;
  private static TestSshd sshd;
  private static TestCluster cluster;

  private SshShell shell;
  private KeptSql kept;
  private InstanceRef instance;
  private Server server;
  private List<String> become;
  private boolean owned = true;

  @BeforeAll
  static void start_server(@TempDir Path directory) throws Exception {
    identity = SshIdentity.in(directory.resolve("ssh"));
    sshd = TestSshd.start("127.51.1.21", identity);
    cluster = TestCluster.primary();
  }

  @AfterAll
  static void stop_server() throws Exception {
    cluster.close();
    sshd.close();
  }

  @BeforeEach
  void open() {
    shell = new SshShell(identity, SshLimits.DEFAULT);
    Cluster at = cluster.at();
    boolean root = TestSshd.user().equals("root");
    become = root ? List.of("setpriv", "--reuid=" + at.owner(), "--init-groups", "--") : List.of();
    instance = instance(become);
    server =
        new Server(
            1,
            "db1",
            Server.Kind.SSH,
            null,
            null,
            sshd.address(),
            sshd.port(),
            TestSshd.user(),
            List.of(sshd.hostKey().openSsh()),
            List.of(),
            null,
            null,
            null);
    kept = kept(1);
  }

  private static InstanceRef instance(List<String> become) {
    Cluster at = cluster.at();
    return new InstanceRef(
        1,
        1,
        "db1",
        "15/main",
        at.dataDirectory(),
        at.port(),
        at.socketDirectory(),
        at.binDirectory(),
        at.owner(),
        150000,
        become);
  }

  private KeptSql kept(long herd) {
    Owned run =
        new Owned(
            1,
            1,
            1,
            new ActionName("herd.switchover"),
            Target.herd(herd),
            "orders",
            herd,
            1L,
            new Options(Map.of()),
            "",
            "",
            false,
            false);
    Lease lease = new Lease(Duration.ofHours(1), () -> owned ? 0 : Long.MAX_VALUE, 0);
    return new KeptSql(
        new GuardedShell(shell, Map.of(1L, server), run, lease, new RunJournal(Clock.systemUTC())));
  }

  @AfterEach
  void close() {
    kept.close();
    shell.close();
  }

  private String backend() throws Exception {
    CommandResult result = kept.ask(instance, BACKEND, SOON);
    assertThat(result.stderr()).isEmpty();
    return result.stdout();
  }

  @Test
  void all_questions_of_a_run_go_through_one_session() throws Exception {
    String first = backend();

    assertThat(first).startsWith("backend\t");
    assertThat(backend()).isEqualTo(first);
    assertThat(cluster.sql(sessions())).isEqualTo("1");
  }

  @Test
  void a_session_that_the_server_ended_is_replaced() throws Exception {
    String first = backend();
    cluster.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'matriarch'");

    assertThat(backend()).startsWith("backend\t").isNotEqualTo(first);
  }

  @Test
  void a_restart_of_the_server_is_survived() throws Exception {
    String first = backend();
    cluster.stop("fast");

    CommandResult whileDown = kept.ask(instance, BACKEND, SOON);
    cluster.start();

    assertThat(whileDown.exit()).isEqualTo(99);
    assertThat(whileDown.stderr()).contains("has no postmaster.pid");
    assertThat(backend()).startsWith("backend\t").isNotEqualTo(first);
  }

  @Test
  void an_error_of_sql_is_told_once_and_not_repeated() throws Exception {
    backend();

    CommandResult result = kept.ask(instance, "create sequence public.asked; select 1/0;\n", SOON);

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.stderr()).contains("division by zero");
  }

  @Test
  void a_statement_ends_at_its_limit() throws Exception {
    CommandResult result = kept.ask(instance, "select pg_sleep(600);\n", Duration.ofSeconds(1));

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.stderr()).contains("statement timeout");
  }

  @Test
  void a_row_cannot_pass_for_the_end_of_the_answer() throws Exception {
    CommandResult result = kept.ask(instance, "select E'that\\n\\nis all' ;\n", SOON);

    assertThat(result.stdout()).isEqualTo("that\n\nis all\n");
  }

  @Test
  void a_console_that_lost_the_run_asks_nothing() throws Exception {
    backend();
    owned = false;

    assertThatThrownBy(this::backend).isInstanceOf(OwnershipLost.class);
  }

  @Test
  void what_waits_for_a_slow_login_is_refused_if_another_has_taken_over_meanwhile(
      @TempDir Path directory) throws Exception {
    Path begun = directory.resolve("begun");
    Path ready = directory.resolve("ready");
    String slow =
        "touch '%s'; until [ -e '%s' ]; do sleep 0.05; done; exec \"$@\"".formatted(begun, ready);
    List<String> login = new ArrayList<>(List.of("sh", "-c", slow, "login"));
    login.addAll(become);
    KeptSql former = kept(77);
    CompletableFuture<CommandResult> late = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                late.complete(former.ask(instance(login), "create table public.late ();\n", SOON));
              } catch (Exception e) {
                late.completeExceptionally(e);
              }
            });
    org.awaitility.Awaitility.await().atMost(SOON).until(() -> Files.exists(begun));

    shell.run(GuardedShell.host(server), HostGuard.raise("herd-77", 2), OutputSink.NONE);
    Files.createFile(ready);

    assertThat(late).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(OwnershipLost.class);
    assertThat(cluster.sql("select to_regclass('public.late') is null")).isEqualTo("t");
    former.close();
  }

  @Test
  void closed_it_leaves_no_session_behind() throws Exception {
    backend();
    kept.close();

    org.awaitility.Awaitility.await().atMost(SOON).until(() -> cluster.sql(sessions()).equals("0"));
  }

  private static String sessions() {
    return "select count(*) from pg_stat_activity where application_name = 'matriarch'";
  }
}
