package io.matriarch.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What each role may do after all migrations, whoever wrote them. */
class RolesTest {

  private static TestDatabase database;
  private static JdbcClient superuser;

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
    superuser = as(database.superuserLogin());
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  private static JdbcClient as(DatabaseLogin login) {
    return JdbcClient.create(
        new DriverManagerDataSource(login.url(), login.user(), login.password()));
  }

  private static List<String> list(String sql) {
    return superuser.sql(sql).query(String.class).list();
  }

  @Test
  void agents_read_and_write_no_table() {
    assertThat(
            list(
                """
                select relname from pg_class
                 where relnamespace = 'matriarch'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
                   and (case when relkind = 'S' then has_sequence_privilege('matriarch_agent', oid, 'usage, select, update')
                        else has_table_privilege('matriarch_agent', oid, 'select, insert, update, delete, truncate') end)
                """))
        .isEmpty();
  }

  @Test
  void agents_call_the_report_function_and_no_other() {
    assertThat(
            list(
                """
                select proname from pg_proc
                 where pronamespace = 'matriarch'::regnamespace
                   and has_function_privilege('matriarch_agent', oid, 'execute')
                """))
        .containsExactly("report");
  }

  @Test
  void nobody_else_on_the_server_gets_in() {
    assertThat(
            superuser
                .sql(
                    """
                    select has_database_privilege('public', current_database(), 'connect, temporary')
                        or has_schema_privilege('public', 'matriarch', 'usage, create')
                    """)
                .query(Boolean.class)
                .single())
        .isFalse();
  }

  @Test
  void functions_that_run_as_their_owner_pin_the_search_path() {
    assertThat(
            list(
                """
                select proname from pg_proc
                 where pronamespace = 'matriarch'::regnamespace and prosecdef
                   and not coalesce(array_to_string(proconfig, ' '), '') like '%search_path=%'
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table matriarch.mine (id int)",
        "drop table matriarch.api_token",
        "alter table matriarch.audit_event disable trigger append_only",
        "update matriarch.flyway_schema_history set success = true",
        "create role mine",
        "copy matriarch.api_token to program 'cat'"
      })
  void the_application_changes_rows_and_nothing_else(String statement) {
    assertThatThrownBy(() -> database.jdbc().sql(statement).update())
        .rootCause()
        .message()
        .containsAnyOf("permission denied", "must be owner");
  }
}
