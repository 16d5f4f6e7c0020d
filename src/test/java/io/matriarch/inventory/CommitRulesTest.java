package io.matriarch.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What commits wait for, on rows as reports leave them. */
class CommitRulesTest {

  private TestDatabase database;
  private JdbcClient jdbc;
  private long primary;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    jdbc = database.jdbc();
    jdbc.sql(
            """
            with s as (insert into server (name, address) values ('db1', '192.0.2.1'), ('db2', '192.0.2.2') returning server_id, name),
            h as (insert into herd (name) values ('orders') returning herd_id)
            insert into instance (server_id, herd_id, data_directory, role, state, online)
            select server_id, herd_id, '/srv/a', case name when 'db1' then 'primary' else 'standby' end,
                   case name when 'db1' then 'primary' else 'standby' end, true
              from s, h
            """)
        .update();
    primary =
        jdbc.sql("select instance_id from instance where role = 'primary'")
            .query(Long.class)
            .single();
    told("ANY 1 (\"DB2\")", "on");
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private void told(String names, String commit) {
    jdbc.sql(
            """
            update instance
               set settings = jsonb_build_object('synchronous_standby_names', :names::text, 'synchronous_commit', :commit::text),
                   standbys = '[{"applicationName": "DB2", "clientAddress": "192.0.2.2"}]', reported_at = now()
             where instance_id = :primary
            """)
        .param("names", names)
        .param("commit", commit)
        .param("primary", primary)
        .update();
  }

  private Commits commits(long run) {
    return new CommitRules(jdbc).of(primary, run);
  }

  @Test
  void they_are_kept_when_the_primary_runs_no_more() {
    jdbc.sql(
            "update instance set state = 'stopped', online = false, standbys = '[]', reported_at = now() + interval '1 minute' where instance_id = :primary")
        .param("primary", primary)
        .update();
    Commits kept = commits(0);

    assertThat(kept.names()).isEqualTo("ANY 1 (\"DB2\")");
    assertThat(kept.standbys())
        .isEqualTo(
            List.of(
                new Commits.Receiver(
                    "db2",
                    jdbc.sql("select instance_id from instance where role = 'standby'")
                        .query(Long.class)
                        .single())));
  }

  @Test
  void where_synchronous_commit_waits_for_nobody_there_are_none() {
    for (String commit : List.of("off", "local")) {
      told("ANY 1 (db2)", commit);

      assertThat(commits(0).names()).as(commit).isEmpty();
    }
    told("", "on");
    assertThat(commits(0).names()).isEmpty();
  }

  @Test
  void a_report_from_before_a_run_that_may_have_set_them_is_not_believed() {
    long run =
        jdbc.sql(
                """
                with j as (
                  insert into job (action, label, options, plan_hash, requested_by, requested_role, origin)
                  values ('herd.switchover', 'Switch over', '{}', 'x', 'dora', 'dba', 'screen') returning job_id)
                insert into run (job_id, ordinal, target_kind, target_id, target_name, herd_id, state, past_point,
                                 started_at, ended_at, plan, plan_hash)
                select job_id, 0, 'HERD', herd_id, 'orders', herd_id, 'SUCCEEDED', true, now(), now() + interval '1 s', '{}', 'x'
                  from j, herd returning run_id
                """)
            .query(Long.class)
            .single();

    assertThat(commits(run).names()).as("what it did itself, it knows").isNotNull();
    assertThat(commits(run + 1).names()).isNull();
    jdbc.sql("update run set past_point = false").update();
    assertThat(commits(run + 1).names()).as("nothing was changed").isNotNull();
  }
}
