package io.matriarch.walk;

import io.matriarch.database.DatabaseLogin;
import io.matriarch.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Takes a database away from everybody who uses it, and gives it back. */
final class LostDatabase implements AutoCloseable {

  private final String name;
  private final Connection apart;

  LostDatabase(TestDatabase database) throws SQLException {
    DatabaseLogin login = database.superuserLogin();
    this.name = database.name();
    this.apart =
        DriverManager.getConnection(
            login.url().replace("/" + name, "/postgres"), login.user(), login.password());
  }

  /** Ends all sessions; none begins until it is given back. */
  void lose() throws SQLException {
    try (Statement statement = apart.createStatement()) {
      statement.execute("alter database \"%s\" with allow_connections false".formatted(name));
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
              .formatted(name));
    }
  }

  void giveBack() throws SQLException {
    try (Statement statement = apart.createStatement()) {
      statement.execute("alter database \"%s\" with allow_connections true".formatted(name));
    }
  }

  @Override
  public void close() throws SQLException {
    giveBack();
    apart.close();
  }
}
