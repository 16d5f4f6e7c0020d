package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.postgres.ObservedInstance.State;
import io.matriarch.postgres.SqlProbe.Rights;
import io.matriarch.testing.TestAuthority;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real server that speaks TLS, asked as the console asks it. */
@Timeout(120)
class SqlProbeTest {

  private static final int PORT = 6543;
  private static final String PASSWORD = "s3cret-%s-' \\".formatted("x");
  private static final String ADDRESS = address();

  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static TestCluster cluster;
  private static String root;
  @TempDir private static Path directory;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.primary();
    cluster.listen(ADDRESS, AUTHORITY.issue(ADDRESS, "db1.example.org"), directory);
    root = Files.readString(AUTHORITY.file(directory));
    String quoted = PASSWORD.replace("'", "''");
    cluster.sql("create role monitor login in role pg_monitor password '" + quoted + "'");
    cluster.sql("create role nobody login password '" + quoted + "'");
    cluster.sql("create role chief login superuser password '" + quoted + "'");
  }

  @AfterAll
  static void remove() throws Exception {
    cluster.close();
  }

  private static String address() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127.93.%d.%d".formatted(random.nextInt(1, 250), random.nextInt(1, 250));
  }

  private static SqlLogin as(String user) {
    return new SqlLogin(ADDRESS, PORT, "postgres", user, PASSWORD, root);
  }

  private static String refusal(SqlLogin login) {
    SqlUnavailable refused =
        catchThrowableOfType(SqlUnavailable.class, () -> SqlProbe.observe(login, cluster.at()));
    assertThat(refused).as("%s must be refused", login).isNotNull();
    assertThat(refused.toString()).doesNotContain(PASSWORD);
    assertThat(refused.getCause()).as("no chain that a log would print").isNull();
    return String.valueOf(refused.getMessage());
  }

  @Test
  void a_member_of_pg_monitor_sees_what_the_owner_sees() throws Exception {
    SqlProbe.Answer answer = SqlProbe.observe(as("monitor"), cluster.at());
    ObservedInstance local = cluster.observe();

    assertThat(answer.rights()).isEqualTo(Rights.MONITOR);
    assertThat(answer.observed().state()).isEqualTo(State.PRIMARY);
    assertThat(answer.observed().answers()).isTrue();
    assertThat(answer.observed().systemIdentifier()).isEqualTo(local.systemIdentifier());
    assertThat(answer.observed().startedAt()).isEqualTo(local.startedAt());
    assertThat(answer.observed().connections()).isZero();
    assertThat(names(local.document())).containsAll(names(answer.observed().document()));
    for (String same :
        Set.of(
            "settings", "slots", "standbys", "timeline", "clusterName", "archiver", "upstream")) {
      assertThat(answer.observed().document().path(same))
          .as(same)
          .isEqualTo(local.document().path(same));
    }
  }

  private static Set<String> names(JsonNode document) {
    return document.propertyNames().stream().collect(Collectors.toSet());
  }

  @Test
  void it_is_seen_as_matriarch_and_encrypted() throws Exception {
    cluster.sql("alter system set log_min_duration_statement = 0");
    cluster.sql("alter system set log_line_prefix = 'app=%a '");
    cluster.sql("select pg_reload_conf()");

    SqlProbe.observe(as("monitor"), cluster.at());

    String log = TestCluster.run("cat", cluster.home() + "/log");
    assertThat(log).contains("app=matriarch LOG").doesNotContain(PASSWORD);
  }

  @Test
  void what_a_login_without_pg_monitor_cannot_read_is_unknown() throws Exception {
    SqlProbe.Answer answer = SqlProbe.observe(as("nobody"), cluster.at());

    assertThat(answer.rights()).isEqualTo(Rights.LESS);
    assertThat(answer.observed().state()).isEqualTo(State.PRIMARY);
    assertThat(answer.observed().connections()).isNull();
    assertThat(answer.observed().standbys()).isNull();
    assertThat(answer.observed().timeline()).isEqualTo(1);
  }

  @Test
  void a_superuser_is_told_apart() throws Exception {
    assertThat(SqlProbe.observe(as("chief"), cluster.at()).rights()).isEqualTo(Rights.SUPERUSER);
  }

  @Test
  void a_server_of_another_authority_is_refused() throws Exception {
    String other = Files.readString(new TestAuthority().file(directory));

    assertThat(refusal(new SqlLogin(ADDRESS, PORT, "postgres", "monitor", PASSWORD, other)))
        .contains("not signed by the herd's root certificate");
    assertThat(
            SqlProbe.observe(
                    new SqlLogin(ADDRESS, PORT, "postgres", "monitor", PASSWORD, other + root),
                    cluster.at())
                .rights())
        .as("one of several roots is enough")
        .isEqualTo(Rights.MONITOR);
  }

  @Test
  void a_certificate_for_another_name_is_refused() throws Exception {
    try (TestCluster other = TestCluster.primary()) {
      String address = address();
      other.listen(address, AUTHORITY.issue("db9.example.org"), directory);

      assertThat(refusal(new SqlLogin(address, PORT, "postgres", "monitor", PASSWORD, root)))
          .contains("its certificate does not name " + address);
    }
  }

  @Test
  void a_server_without_tls_is_refused() throws Exception {
    try (TestCluster other = TestCluster.primary()) {
      String address = address();
      other.listen(address, null, directory);

      assertThat(refusal(new SqlLogin(address, PORT, "postgres", "monitor", PASSWORD, root)))
          .contains("does not support SSL")
          .contains("switch ssl on");
    }
  }

  @Test
  void a_wrong_password_says_so() {
    assertThat(
            refusal(new SqlLogin(ADDRESS, PORT, "postgres", "monitor", "wrong-" + PASSWORD, root)))
        .contains("password authentication failed for user \"monitor\"");
  }

  @Test
  void what_does_not_answer_ends_in_time() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, java.net.InetAddress.getByName(ADDRESS))) {
      assertThat(
              refusal(
                  new SqlLogin(
                      ADDRESS, silent.getLocalPort(), "postgres", "monitor", PASSWORD, root)))
          .contains("Asking monitor at " + ADDRESS);
    }
    assertThat(refusal(new SqlLogin(ADDRESS, 1, "postgres", "monitor", PASSWORD, root)))
        .contains("refused");
  }

  @Test
  void a_standby_is_seen_with_its_upstream() throws Exception {
    try (TestCluster standby = cluster.standby()) {
      String address = address();
      standby.listen(address, AUTHORITY.issue(address), directory);
      ObservedInstance seen =
          SqlProbe.observe(
                  new SqlLogin(address, PORT, "postgres", "monitor", PASSWORD, root), standby.at())
              .observed();

      assertThat(seen.state()).isEqualTo(State.STANDBY);
      assertThat(seen.document().path("upstream").path("host").stringValue())
          .isEqualTo(cluster.home());
      assertThat(seen.document().path("upstream").path("slot").stringValue()).isEqualTo("s1");
      assertThat(seen.timeline()).isEqualTo(1);
    }
  }
}
