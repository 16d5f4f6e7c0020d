package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Five members restart one by one under load, and the third does not come back. */
class RollingRestartTest {

  private static final List<String> MEMBERS = List.of("db1", "db2", "db3", "db4", "db5");

  private static Lab lab;
  private static LabConsole console;
  private static LabHerd orders;
  private static long herd;
  private static String url;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "db4", "db5", "app1");
    orders = lab.herd("orders", "db1", "db2", "db3", "db4", "db5");
    console = new LabConsole(lab);
    herd = console.discover(orders);
    LabService pgbouncer = lab.pgbouncer("app1", orders, 1);
    console.pooler(herd, pgbouncer);
    url = "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port());
  }

  @AfterAll
  static void down() throws Exception {
    for (AutoCloseable open : new AutoCloseable[] {console, lab}) {
      if (open != null) {
        open.close();
      }
    }
  }

  @Test
  void a_member_that_fails_leaves_the_rest_untouched_and_the_retry_goes_on_from_it()
      throws Exception {
    Map<String, String> before = started(MEMBERS);
    String conf = "/etc/postgresql/%s/orders/postgresql.conf".formatted(orders.version());
    lab.exec("db3", "sh", "-c", "echo 'shared_buffers = nonsense' >> " + conf);
    try (SetChecker clients = clients()) {
      long job = console.submit("herd.rolling-restart", Target.herd(herd), Map.of());
      RunRow run = console.awaitEnd(job);

      String story = "%s %s%n%s".formatted(run.state(), run.message(), console.log(job));
      assertThat(run.state()).as(story).isEqualTo(RunState.FAILED_UNCLEAN);
      assertThat(run.message()).as(story).contains("db3");
      Map<String, String> after = started(List.of("db1", "db2", "db4", "db5"));
      assertThat(after.get("db2")).as(story).isNotEqualTo(before.get("db2"));
      for (String untouched : List.of("db1", "db4", "db5")) {
        assertThat(after.get(untouched)).as(story).isEqualTo(before.get(untouched));
      }

      lab.exec("db3", "sed", "-i", "/nonsense/d", conf);
      lab.exec("db3", "pg_ctlcluster", orders.version(), "orders", "start");
      console.discover(orders);
      long again = console.retry(job);
      run = console.awaitEnd(again);

      story = "%s %s%n%s".formatted(run.state(), run.message(), console.log(again));
      assertThat(run.state()).as(story).isEqualTo(RunState.SUCCEEDED);
      Map<String, String> last = started(MEMBERS);
      assertThat(last.get("db2")).as(story).isEqualTo(after.get("db2"));
      for (String restarted : List.of("db1", "db4", "db5")) {
        assertThat(last.get(restarted)).as(story).isNotEqualTo(before.get(restarted));
      }
      assertThat(lab.sql("db1", orders, "select pg_is_in_recovery()")).as(story).isEqualTo("t");
      assertThat(clients.lost()).isEmpty();
      assertThat(clients.notAcknowledged()).as(story + clients.errors()).isZero();
    }
  }

  private static Map<String, String> started(List<String> members) {
    Map<String, String> started = new TreeMap<>();
    members.forEach(m -> started.put(m, lab.sql(m, orders, "select pg_postmaster_start_time()")));
    return started;
  }

  private static SetChecker clients() throws Exception {
    return new SetChecker(
            url, "app", String.valueOf(orders.passwords().get("app")), Duration.ofMillis(20))
        .start(3);
  }
}
