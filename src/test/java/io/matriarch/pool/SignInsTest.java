package io.matriarch.pool;

import static io.matriarch.pool.TestPooler.backend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.matriarch.pool.SignIns.End;
import io.matriarch.pool.SignIns.Try;
import io.matriarch.postgres.TestCluster;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real PgBouncer's users, tried at a real server. */
@Timeout(120)
class SignInsTest {

  private static final String HOSTILE = "it's \"a\" $(id) \\; :x * ü";

  @Test
  void each_user_of_the_pooler_is_tried_as_far_as_the_password() throws Exception {
    try (TestCluster cluster = TestCluster.primary()) {
      TestPooler.sql(cluster, "create database \"" + HOSTILE.replace("\"", "\"\"") + "\"");
      for (String role : List.of("app", "shut", "other")) {
        cluster.sql("create role %s login".formatted(role));
      }
      Backend here = backend(cluster);
      String to = "host=%s port=%d".formatted(here.host(), here.port());
      try (TestPooler pooler =
          TestPooler.start(
              """
              [databases]
              shop = %1$s dbname=postgres user=app
              closed = %1$s dbname=postgres user=shut
              elsewhere = %1$s dbname=postgres user=other
              * = %1$s
              """
                  .formatted(to))) {
        for (String name : List.of("shop", "closed", "elsewhere", HOSTILE)) {
          assertThat(pooler.query(name, "select 1")).isEqualTo("1");
        }
        rules(cluster, "local postgres app scram-sha-256", "local postgres shut reject");
        Backend nowhere = new Backend("/nonexistent", 5432);

        // A reload takes a moment.
        SignIns seen =
            await()
                .until(
                    () ->
                        tried(
                            pooler,
                            List.of(here, nowhere),
                            List.of("shop", "closed", HOSTILE, "unused")),
                    found ->
                        found.tries().stream()
                            .anyMatch(t -> t.server() == 0 && t.end() == End.REFUSED));

        assertThat(seen.trouble()).isNull();
        assertThat(seen.tries())
            .filteredOn(t -> t.server() == 0)
            .extracting(Try::database, Try::user, Try::end)
            .containsExactlyInAnyOrder(
                tuple("postgres", "app", End.ASKED_FOR_PASSWORD),
                tuple("postgres", "shut", End.REFUSED),
                tuple(HOSTILE, pooler.at().owner(), End.TAKEN));
        assertThat(seen.tries())
            .filteredOn(t -> t.user().equals("shut") && t.server() == 0)
            .singleElement()
            .satisfies(t -> assertThat(t.said()).contains("pg_hba.conf rejects"));
        assertThat(seen.tries())
            .filteredOn(t -> t.server() == 1)
            .hasSize(3)
            .allSatisfy(t -> assertThat(t.end()).isEqualTo(End.REFUSED));
      }
    }
  }

  @Test
  void a_pooler_that_does_not_answer_is_trouble_and_not_a_refusal() throws Exception {
    try (TestCluster cluster = TestCluster.primary();
        TestPooler pooler =
            TestPooler.start("[databases]\nshop = host=%s\n".formatted(backend(cluster).host()))) {
      SignIns idle = tried(pooler, List.of(backend(cluster)), List.of("shop"));
      assertThat(idle.trouble()).isNull();
      assertThat(idle.tries()).isEmpty();

      pooler.kill();
      SignIns gone = tried(pooler, List.of(backend(cluster)), List.of("shop"));

      assertThat(gone.tries()).isEmpty();
      assertThat(gone.trouble()).contains("did not answer");
    }
  }

  @Test
  void what_cannot_be_told_is_unknown() {
    String us = "\u001f";
    String line = "login%1$sshop%1$sapp%1$s1%1$s2%1$s%2$s\n";
    String words = "FATAL: connection requires a valid client certificate";

    SignIns seen =
        SignIns.read(new LocalCommand.Output(0, line.formatted(us, words) + "end\n", ""));
    SignIns cut = SignIns.read(new LocalCommand.Output(0, line.formatted(us, words), ""));

    assertThat(seen.tries()).containsExactly(new Try("shop", "app", 0, End.UNKNOWN, words));
    String killed = "login%1$sshop%1$sapp%1$s1%1$s124%1$s\nend\n".formatted(us);
    assertThat(SignIns.read(new LocalCommand.Output(0, killed, "")).tries())
        .extracting(Try::end)
        .containsExactly(End.UNKNOWN);
    assertThat(seen.trouble()).isNull();
    assertThat(cut.trouble()).isNotNull();
  }

  private static SignIns tried(TestPooler pooler, List<Backend> servers, List<String> databases)
      throws Exception {
    return SignIns.read(TestPooler.output(PoolCommands.signIn(pooler.at(), servers, databases)));
  }

  /** Before those for everybody; new connections meet them once they are loaded. */
  private static void rules(TestCluster cluster, String... lines) throws Exception {
    String all = String.join("\n", lines) + "\nlocal all all trust";
    cluster.sql(
        "do $do$ begin execute format('copy (select unnest(string_to_array(%%L, chr(10)))) to %%L', '%s', current_setting('hba_file')); end $do$"
            .formatted(all));
    cluster.sql("select pg_reload_conf()");
  }
}
