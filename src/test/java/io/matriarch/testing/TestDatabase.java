package io.matriarch.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.matriarch.database.Changes;
import io.matriarch.database.DatabaseLogin;
import io.matriarch.database.TestChanges;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * A fresh, migrated database on a real server, used through the same roles as in production. Take
 * one per test class with {@link #fresh} in a static field or {@code @BeforeAll}, and close it.
 */
public final class TestDatabase implements AutoCloseable {

  private final TestServer server;
  private final String name;
  private final HikariDataSource app;
  private TestChanges.@Nullable Hub hub;

  private TestDatabase(TestServer server, String name) {
    this.server = server;
    this.name = name;
    this.app = pool(server.app(name));
  }

  public static TestDatabase fresh() {
    TestServer server = TestServer.get();
    return new TestDatabase(server, server.copy());
  }

  /** As matriarch_app, the way the application is connected. */
  public DataSource dataSource() {
    return app;
  }

  /** As matriarch_app. */
  public JdbcClient jdbc() {
    return JdbcClient.create(app);
  }

  public JdbcTransactionManager transactions() {
    return new JdbcTransactionManager(app);
  }

  /** News of this database; closed with it. */
  public synchronized Changes changes() {
    if (hub == null) {
      hub = TestChanges.over(appLogin());
    }
    return hub.changes();
  }

  public DatabaseLogin appLogin() {
    return server.app(name);
  }

  public DatabaseLogin ownerLogin() {
    return server.owner(name);
  }

  /** For what only a test may do: making agents' logins, ending sessions. */
  public DatabaseLogin superuserLogin() {
    return server.superuser(name);
  }

  /** Name of the database on its server. */
  public String name() {
    return name;
  }

  /** Arguments with which a whole application runs on this database. */
  public List<String> arguments() {
    return List.of(
        "--matriarch.database.url=" + appLogin().url(),
        "--matriarch.database.user=" + appLogin().user(),
        "--matriarch.database.password=" + appLogin().password(),
        "--matriarch.database.owner-user=" + ownerLogin().user(),
        "--matriarch.database.owner-password=" + ownerLogin().password());
  }

  private static HikariDataSource pool(DatabaseLogin login) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(login.url());
    config.setUsername(login.user());
    config.setPassword(login.password());
    config.setMaximumPoolSize(10);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(5_000);
    config.setConnectionInitSql("set time zone 'UTC'");
    config.addDataSourceProperty("currentSchema", "matriarch");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    return new HikariDataSource(config);
  }

  @Override
  public synchronized void close() throws Exception {
    if (hub != null) {
      hub.close();
    }
    app.close();
    server.drop(name);
  }
}
