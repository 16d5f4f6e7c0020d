package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is asked about commits that wait for standbys, of a real server. */
class SynchronousSqlTest {

  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.primary();
  }

  @AfterAll
  static void remove() throws Exception {
    cluster.close();
  }

  @Test
  void whose_commits_do_not_wait_is_told_however_it_was_written() throws Exception {
    for (String role : new String[] {"hasty1 = off", "hasty2 = 'FALSE'", "hasty3 = local"}) {
      String name = role.substring(0, role.indexOf(' '));
      cluster.sql("create role %s".formatted(name));
      cluster.sql(
          "alter role %s set synchronous_commit %s"
              .formatted(name, role.substring(role.indexOf('='))));
    }
    cluster.sql("create role patient");
    cluster.sql("alter role patient set synchronous_commit = remote_apply");
    cluster.sql("alter database template1 set synchronous_commit = 0");

    assertThat(cluster.sql(ReplicationSql.HASTY))
        .contains("role hasty1", "role hasty2", "role hasty3", "database template1")
        .doesNotContain("patient");
  }

  @Test
  void a_commit_that_waits_is_counted_and_one_that_does_not_is_not() throws Exception {
    assertThat(cluster.sql(ReplicationSql.COMMITS)).contains("waiting|0|0");
    cluster.sql("alter system set synchronous_standby_names = 'nobody'");
    cluster.sql("select pg_reload_conf()");
    Thread client =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    cluster.sql("select pg_logical_emit_message(true, 'test', '')");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> cluster.sql(ReplicationSql.COMMITS).contains("waiting|1|"));
    assertThat(cluster.sql(ReplicationSql.COMMITS)).contains("names|nobody");

    cluster.sql("alter system reset synchronous_standby_names");
    cluster.sql("select pg_reload_conf()");
    client.join();
  }
}
