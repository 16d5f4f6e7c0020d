package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Switches of primaries on real hosts. */
class SwitchoverTest {

  private static Lab lab;
  private static LabConsole console;

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(Lab.available(), Lab::whyNot);
    lab = Lab.up("db1", "db2", "db3", "app1");
    console = new LabConsole(lab);
  }

  @AfterAll
  static void down() throws Exception {
    if (console != null) {
      console.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void a_standby_becomes_primary_and_everybody_follows_it() throws Exception {
    LabHerd orders = lab.herd("orders", "db1", "db2", "db3");
    long herd = console.discover(orders);

    long job =
        console.submit(
            "herd.switchover",
            Target.herd(herd),
            Map.of("candidate", String.valueOf(console.instance("db2", orders))));
    RunRow run = console.awaitEnd(job);

    assertThat(run.state())
        .as(run.message() + "\n" + console.log(job))
        .isEqualTo(RunState.SUCCEEDED);
    assertThat(lab.sql("db2", orders, "select pg_is_in_recovery()")).isEqualTo("f");
    assertThat(lab.sql("db1", orders, "select pg_is_in_recovery()")).isEqualTo("t");
    assertThat(
            lab.sql(
                "db2",
                orders,
                "select count(*) from pg_stat_replication where state = 'streaming'"))
        .isEqualTo("2");
  }

  @Test
  void clients_behind_a_pooler_notice_nothing_but_a_short_wait() throws Exception {
    LabHerd sales = lab.herd("sales", "db1", "db2", "db3");
    LabService pgbouncer = lab.pgbouncer("app1", sales, 1);
    long herd = console.discover(sales);
    console.pooler(herd, pgbouncer);
    String url =
        "jdbc:postgresql://%s:%d/app".formatted(lab.host("app1").address(), pgbouncer.port());
    try (SetChecker clients =
        new SetChecker(
                url, "app", String.valueOf(sales.passwords().get("app")), Duration.ofMillis(5))
            .start(4)) {
      for (String candidate : List.of("db2", "db3", "db1")) {
        long before = clients.acknowledged();
        long job =
            console.submit(
                "herd.switchover",
                Target.herd(herd),
                Map.of("candidate", String.valueOf(console.instance(candidate, sales))));
        RunRow run = console.awaitEnd(job);

        assertThat(run.state())
            .as(run.message() + "\n" + console.log(job))
            .isEqualTo(RunState.SUCCEEDED);
        assertThat(clients.errors()).as(console.log(job)).isEmpty();
        Awaitility.await().until(() -> clients.acknowledged() > before);
        System.out.println(console.log(job));
        System.out.println("longest gap " + clients.longestGap());
      }
      assertThat(clients.lost()).isEmpty();
      assertThat(clients.notAcknowledged()).isZero();
    }
  }
}
