package io.matriarch.testing;

import io.matriarch.database.DatabaseLogin;
import io.matriarch.database.DatabaseStartFailed;
import io.matriarch.database.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** One embedded server for all tests of this JVM, with a migrated database to copy from. */
final class TestServer {

  private static final int PARALLEL_JVMS = 16;

  private final EmbeddedPostgres postgres;
  private final JdbcClient admin;
  private final String template;

  private TestServer(EmbeddedPostgres postgres) {
    this.postgres = postgres;
    this.admin = JdbcClient.create(dataSource(postgres.superuser()));
    this.template = "t_" + UUID.randomUUID().toString().replace('-', '_');
    dropLeftovers();
    create(template, "template1");
    DatabaseLogin owner = in(template, postgres.owner());
    Flyway.configure()
        .dataSource(owner.url(), owner.user(), owner.password())
        .defaultSchema("matriarch")
        .schemas("matriarch")
        .locations("classpath:db/migration")
        .load()
        .migrate();
  }

  private static final class Holder {
    static final TestServer SERVER = begin();
  }

  static TestServer get() {
    return Holder.SERVER;
  }

  /** Several test JVMs may run in one checkout: each takes a directory that no other holds. */
  private static TestServer begin() {
    for (int number = 0; number < PARALLEL_JVMS; number++) {
      Path directory = Path.of("target", "test-postgres", Integer.toString(number));
      EmbeddedPostgres postgres;
      try {
        postgres = EmbeddedPostgres.start(directory, null);
      } catch (DatabaseStartFailed e) {
        if (e.getMessage() != null && e.getMessage().contains("another Matriarch")) {
          continue;
        }
        throw e;
      }
      Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
      hurry(directory, postgres);
      return new TestServer(postgres);
    }
    throw new IllegalStateException("too many test runs in this checkout");
  }

  /** What tests write need not survive a power cut. */
  private static void hurry(Path directory, EmbeddedPostgres postgres) {
    try {
      Files.writeString(
          directory.resolve("postgres/data/local.conf"),
          "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JdbcClient.create(dataSource(postgres.superuser()))
        .sql("select pg_reload_conf()")
        .query(Boolean.class)
        .single();
  }

  private void dropLeftovers() {
    List<String> names =
        admin
            .sql("select datname from pg_database where datname like 't\\_%'")
            .query(String.class)
            .list();
    names.forEach(this::drop);
  }

  String copy() {
    String name = "t_" + UUID.randomUUID().toString().replace('-', '_');
    create(name, template);
    return name;
  }

  private void create(String name, String from) {
    admin
        .sql("create database %s owner matriarch_owner template %s".formatted(name, from))
        .update();
    // Privileges of a database are not copied with it.
    admin.sql("revoke all on database %s from public".formatted(name)).update();
    admin
        .sql("grant connect on database %s to matriarch_app, matriarch_agent".formatted(name))
        .update();
  }

  void drop(String name) {
    admin.sql("drop database if exists %s with (force)".formatted(name)).update();
  }

  DatabaseLogin app(String database) {
    return in(database, postgres.app());
  }

  DatabaseLogin owner(String database) {
    return in(database, postgres.owner());
  }

  DatabaseLogin superuser(String database) {
    return in(database, postgres.superuser());
  }

  private static DatabaseLogin in(String database, DatabaseLogin login) {
    String url = login.url().substring(0, login.url().lastIndexOf('/') + 1) + database;
    return new DatabaseLogin(url, login.user(), login.password());
  }

  private static DriverManagerDataSource dataSource(DatabaseLogin login) {
    return new DriverManagerDataSource(login.url(), login.user(), login.password());
  }
}
