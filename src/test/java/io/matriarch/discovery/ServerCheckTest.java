package io.matriarch.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Origin;
import io.matriarch.check.Check;
import io.matriarch.inventory.Server;
import io.matriarch.inventory.ServerDraft;
import io.matriarch.remote.Host;
import io.matriarch.remote.SshIdentity;
import io.matriarch.remote.TestShell;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

class ServerCheckTest {

  private static final String ADDRESS = "127.81.0.1";
  private static final String OTHER_KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBWvMBrxpuw3W/rnOSVzPuCFpRRuyzRK5kgAWRPhvB4W";

  @TempDir private static Path directory;
  private static TestDatabase database;
  private static TestShell sshd;
  private static Access access;
  private static Host host;

  @BeforeAll
  static void open() throws Exception {
    database = TestDatabase.fresh();
    sshd = TestShell.on(ADDRESS, SshIdentity.in(directory));
    host = sshd.host();
    var context = new AnnotationConfigApplicationContext();
    context.registerBean(JdbcClient.class, database::jdbc);
    context.registerBean(PlatformTransactionManager.class, database::transactions);
    context.register(Audit.class, Access.class);
    context.refresh();
    access = context.getBean(Access.class);
  }

  @AfterAll
  static void close() throws Exception {
    sshd.close();
    database.close();
  }

  @Test
  void the_host_keys_are_shown_with_their_fingerprints() throws Exception {
    assertThat(Access.as(actor(Role.DBA), () -> at(Clock.systemUTC()).scan(ADDRESS, host.port())))
        .contains(sshd.hostKey());
  }

  @Test
  void a_good_server_passes_each_check_with_what_was_seen() {
    List<Check> checks = check(Clock.systemUTC(), draft(host.pinnedKeys(), List.of()));

    assertThat(checks)
        .extracting(Check::name)
        .containsExactly(
            "connect",
            "user",
            "privilege escalation",
            "psql",
            "PostgreSQL",
            "pg_lsclusters",
            "clock");
    assertThat(ServerCheck.passed(checks)).isTrue();
    assertThat(named(checks, "psql").seen()).startsWith("psql (PostgreSQL)");
    assertThat(named(checks, "user").seen()).endsWith(" " + host.user());
  }

  @Test
  void without_a_confirmed_key_nothing_is_connected_to() {
    List<Check> checks = check(Clock.systemUTC(), draft(List.of(), List.of()));

    assertThat(checks).extracting(Check::name).containsExactly("host key");
    assertThat(ServerCheck.passed(checks)).isFalse();
  }

  @Test
  void another_key_than_the_confirmed_one_ends_the_check() {
    List<Check> checks = check(Clock.systemUTC(), draft(List.of(OTHER_KEY), List.of()));

    assertThat(checks).singleElement().matches(Check::hasFailed);
    assertThat(checks.getFirst().name()).isEqualTo("host key");
  }

  @Test
  void an_escalation_that_fails_is_named_with_its_reason() {
    List<Check> checks =
        check(
            Clock.systemUTC(),
            draft(host.pinnedKeys(), List.of("no-such-program", "-u", "{owner}")));

    assertThat(named(checks, "privilege escalation").hasFailed()).isTrue();
    assertThat(named(checks, "privilege escalation").seen()).contains("127");
    assertThat(named(checks, "clock").hasFailed()).isFalse();
  }

  @Test
  void a_clock_that_is_off_fails_with_the_difference() {
    Clock late = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));

    Check clock = named(check(late, draft(host.pinnedKeys(), List.of())), "clock");
    assertThat(clock.hasFailed()).isTrue();
    assertThat(clock.seen()).startsWith("+36");
  }

  @Test
  void a_host_that_is_not_there_is_told_as_such() {
    ServerDraft away = ServerDraft.at("away", "127.81.0.99").withHostKeys(List.of(OTHER_KEY));

    assertThat(check(Clock.systemUTC(), away))
        .singleElement()
        .matches(c -> c.name().equals("connect") && c.hasFailed());
  }

  @Test
  void looking_is_for_dbas() {
    assertThatThrownBy(
            () ->
                Access.as(
                    actor(Role.OPERATOR), () -> at(Clock.systemUTC()).scan(ADDRESS, host.port())))
        .isInstanceOf(AccessRefused.class);
  }

  private static List<Check> check(Clock clock, ServerDraft draft) {
    try {
      return Access.as(actor(Role.DBA), () -> at(clock).check(draft));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ServerCheck at(Clock clock) {
    return new ServerCheck(sshd.shell(), access, clock);
  }

  private static Actor actor(Role role) {
    return new Actor("tester", role, Origin.SCREEN, null);
  }

  private static ServerDraft draft(List<String> keys, List<String> become) {
    return new ServerDraft(
        "db1",
        Server.Kind.SSH,
        null,
        null,
        host.address(),
        host.port(),
        host.user(),
        keys,
        become,
        null,
        "");
  }

  private static Check named(List<Check> checks, String name) {
    return checks.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
