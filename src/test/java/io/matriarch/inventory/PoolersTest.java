package io.matriarch.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Origin;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Seals;
import io.matriarch.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

class PoolersTest {

  private static final Set<String> ALL = Set.of("name", "port", "template", "databases");
  private static final Actor DBA = new Actor("doris", Role.DBA, Origin.API, null);
  private static final Actor OPERATOR = new Actor("otto", Role.OPERATOR, Origin.API, null);
  private static final String TEMPLATE = "[databases]\napp = host={{.Host}} port={{.Port}}\n";

  private static TestDatabase database;
  private static AnnotationConfigApplicationContext context;
  private static JdbcClient jdbc;
  private static Poolers poolers;
  private static long herd;
  private static long server;
  private static int number;

  @BeforeAll
  static void open(@TempDir Path directory) {
    database = TestDatabase.fresh();
    jdbc = database.jdbc();
    context = new AnnotationConfigApplicationContext();
    context.registerBean(JdbcClient.class, () -> jdbc);
    context.registerBean(PlatformTransactionManager.class, database::transactions);
    context.register(Audit.class, Access.class, Edits.class, Poolers.class, Herds.class);
    context.registerBean(Seals.class, () -> new Seals(jdbc, directory));
    context.register(Servers.class, MonitorLogins.class);
    context.refresh();
    poolers = context.getBean(Poolers.class);
    herd =
        asDba(() -> context.getBean(Herds.class).create(HerdDraft.named("orders", null), ALL)).id();
    server =
        asDba(() -> context.getBean(Servers.class).create(ServerDraft.at("app1", "app1"), ALL))
            .id();
  }

  @AfterAll
  static void close() throws Exception {
    context.close();
    database.close();
  }

  private static <T> T as(Actor actor, java.util.function.Supplier<T> edit) {
    return Access.<T, RuntimeException>as(actor, edit::get);
  }

  private static <T> T asDba(java.util.function.Supplier<T> edit) {
    return as(DBA, edit);
  }

  private static void asDba(Runnable edit) {
    as(
        DBA,
        () -> {
          edit.run();
          return true;
        });
  }

  private static PoolerDraft draft(String name) {
    return new PoolerDraft(
        name,
        herd,
        server,
        "/run/" + name,
        6432,
        "pgbouncer",
        "postgres",
        "/etc/pgbouncer/databases.ini",
        TEMPLATE,
        List.of("app"));
  }

  private static PoolerDraft withTemplate(String template, String... databases) {
    return new PoolerDraft(
        "x",
        herd,
        server,
        "/run/x",
        6432,
        "pgbouncer",
        "postgres",
        "/f",
        template,
        List.of(databases));
  }

  private static String fresh() {
    return "pool" + ++number;
  }

  @Test
  void creating_twice_returns_the_existing_one_and_other_content_is_a_conflict() {
    PoolerDraft draft = draft(fresh());
    Creation first = asDba(() -> poolers.create(draft, ALL));

    assertThat(first.isNew()).isTrue();
    assertThat(asDba(() -> poolers.create(draft, ALL)))
        .isEqualTo(new Creation(first.id(), false, null));
    PoolerDraft other =
        new PoolerDraft(
            draft.name(),
            herd,
            server,
            draft.socketDirectory(),
            6433,
            "pgbouncer",
            "postgres",
            draft.databasesFile(),
            TEMPLATE,
            List.of("app"));
    assertThatThrownBy(() -> asDba(() -> poolers.create(other, ALL)))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("port is now");
    assertThat(poolers.find(first.id()).orElseThrow().content()).isEqualTo(draft);
  }

  @Test
  void one_process_is_one_pooler() {
    PoolerDraft first = draft(fresh());
    asDba(() -> poolers.create(first, ALL));
    PoolerDraft again =
        new PoolerDraft(
            fresh(),
            herd,
            server,
            first.socketDirectory(),
            6432,
            "pgbouncer",
            "postgres",
            "/f",
            TEMPLATE,
            List.of("app"));

    assertThatThrownBy(() -> asDba(() -> poolers.create(again, ALL)))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("this very process");
  }

  @Test
  void an_operator_may_not_edit_and_the_attempt_is_in_the_trail() {
    String name = fresh();

    assertThatThrownBy(() -> as(OPERATOR, () -> poolers.create(draft(name), ALL)))
        .isInstanceOf(AccessRefused.class);
    assertThat(trail(name)).containsExactly("otto pooler.create DENIED");
  }

  @Test
  void an_edit_of_an_old_version_is_refused_and_a_current_one_is_in_the_trail() {
    String name = fresh();
    long id = asDba(() -> poolers.create(draft(name), ALL)).id();
    asDba(() -> poolers.update(id, 1, draft(name)));

    LostUpdate lost =
        catchThrowableOfType(
            LostUpdate.class, () -> asDba(() -> poolers.update(id, 1, draft(name))));
    assertThat(lost.version()).isEqualTo(2);
    asDba(() -> poolers.delete(id, 2));
    assertThat(poolers.find(id)).isEmpty();
    assertThat(trail(name))
        .containsExactly(
            "doris pooler.create INTENT",
            "doris pooler.create SUCCEEDED",
            "doris pooler.update INTENT",
            "doris pooler.update SUCCEEDED",
            "doris pooler.update INTENT",
            "doris pooler.update REFUSED",
            "doris pooler.delete INTENT",
            "doris pooler.delete SUCCEEDED");
  }

  @Test
  void its_server_and_herd_must_exist_and_do_not_go_before_it() {
    PoolerDraft nowhere =
        new PoolerDraft(
            fresh(),
            herd,
            999_999,
            "/run/y",
            6432,
            "pgbouncer",
            "postgres",
            "/f",
            TEMPLATE,
            List.of("app"));
    assertThat(
            catchThrowableOfType(
                    InvalidField.class, () -> asDba(() -> poolers.create(nowhere, ALL)))
                .field())
        .isEqualTo("server");

    String name = fresh();
    asDba(() -> poolers.create(draft(name), ALL));
    assertThat(
            catchThrowableOfType(
                    HasChildren.class,
                    () -> asDba(() -> context.getBean(Herds.class).delete(herd, 1)))
                .children())
        .contains("pooler " + name);
    assertThat(
            catchThrowableOfType(
                    HasChildren.class,
                    () -> asDba(() -> context.getBean(Servers.class).delete(server, 1)))
                .children())
        .contains("pooler " + name + " of herd orders");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run/x|6432|postgres|/f|socketDirectory",
        "/run/x/|6432|postgres|/f|socketDirectory",
        "/run/x|0|postgres|/f|port",
        "/run/x|6432|-u root|/f|owner",
        "/run/x|6432|postgres|databases.ini|databasesFile",
      })
  void what_cannot_be_is_refused_with_its_field(
      String socket, int port, String owner, String file, String field) {
    assertThat(
            catchThrowableOfType(
                    InvalidField.class,
                    () ->
                        new PoolerDraft(
                            "x",
                            herd,
                            server,
                            socket,
                            port,
                            "pgbouncer",
                            owner,
                            file,
                            TEMPLATE,
                            List.of("app")))
                .field())
        .isEqualTo(field);
  }

  @Test
  void a_template_that_could_not_be_written_is_refused_before_a_switch_needs_it() {
    assertThatThrownBy(() -> withTemplate("[databases]\napp = host=db1\n", "app"))
        .hasMessageContaining("{{.Host}}");
    assertThatThrownBy(() -> withTemplate("[databases]\napp = host={{.Hst}}\n", "app"))
        .hasMessageContaining("{{.Hst}}");
    assertThatThrownBy(() -> withTemplate("[databases]\napp = host={{.Host}} oops\n", "app"))
        .hasMessageContaining("Line 2");
    assertThatThrownBy(() -> withTemplate(TEMPLATE, "app", "other"))
        .hasMessageContaining("no entry for database \"other\"");
    assertThatThrownBy(
            () -> withTemplate("[databases]\napp = host={{.Host}} password=secret\n", "app"))
        .hasMessageContaining("holds a password")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> withTemplate(TEMPLATE)).hasMessageContaining("databases is empty");
    assertThat(withTemplate("[databases]\n* = host={{.Host}}\n", "app").databases())
        .containsExactly("app");
  }

  private static List<String> trail(String name) {
    return jdbc.sql(
            "select actor || ' ' || action || ' ' || outcome from audit_event where target = :t order by id")
        .param("t", name)
        .query(String.class)
        .list();
  }
}
