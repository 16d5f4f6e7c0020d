package io.matriarch.demo;

import io.matriarch.database.DatabaseLogin;
import io.matriarch.database.EmbeddedPostgres;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;

/** The metadata database of the demo: embedded, or one of yours, where it makes its roles. */
final class DemoDatabase {

  /** The login that all agents of the demo share. */
  static final String AGENT = "matriarch_agent_demo";

  private static final String APP = "matriarch_app";
  private static final String GROUP = "matriarch_agent";

  private final DemoSecrets secrets;
  private final @Nullable DatabaseLogin yours;

  private DemoDatabase(@Nullable DatabaseLogin yours, DemoSecrets secrets) {
    this.yours = yours;
    this.secrets = secrets;
  }

  /**
   * Prepares the database.
   *
   * @param url a JDBC URL with user and password of a role that may create roles; empty for the
   *     embedded database
   */
  static DemoDatabase of(@Nullable String url, DemoSecrets secrets) throws SQLException {
    if (url == null || url.isBlank()) {
      return new DemoDatabase(null, secrets);
    }
    DatabaseLogin login = login(url);
    DemoDatabase database = new DemoDatabase(login, secrets);
    try (Connection connection = connect(login)) {
      database.prepareRoles(connection, login);
    }
    return database;
  }

  private static DatabaseLogin login(String url) {
    int question = url.indexOf('?');
    Map<String, String> parameters = new HashMap<>();
    if (question >= 0) {
      for (String pair : url.substring(question + 1).split("&")) {
        String[] parts = pair.split("=", 2);
        parameters.put(
            parts[0], URLDecoder.decode(parts[parts.length - 1], StandardCharsets.UTF_8));
      }
    }
    String user = parameters.get("user");
    String password = parameters.get("password");
    if (!url.startsWith("jdbc:postgresql://") || user == null || password == null) {
      throw new IllegalArgumentException(
          "--db wants jdbc:postgresql://host:port/database?user=...&password=... of a role that may"
              + " create roles; nothing was changed.");
    }
    return new DatabaseLogin(url.substring(0, question), user, password);
  }

  private void prepareRoles(Connection connection, DatabaseLogin login) throws SQLException {
    if (!exists(connection, GROUP)) {
      execute(connection, "create role " + GROUP + " nologin");
    }
    if (!exists(connection, APP)) {
      String password = secrets.password(APP);
      execute(connection, "create role " + APP + " login password '" + password + "'");
    } else if (secrets.find(APP).isEmpty()) {
      throw new IllegalStateException(
          "The role %s exists already at %s, and this demo does not know its password, so nothing was changed. Name a server without Matriarch's roles, or drop them there."
              .formatted(APP, login.url()));
    }
  }

  /** What the console must be told about its database. */
  Map<String, String> settings() {
    if (yours == null) {
      return Map.of();
    }
    return Map.of(
        "matriarch.database.url", yours.url(),
        "matriarch.database.user", APP,
        "matriarch.database.password", secrets.password(APP),
        "matriarch.database.owner-user", yours.user(),
        "matriarch.database.owner-password", yours.password());
  }

  InetSocketAddress address(ApplicationContext console) {
    URI uri = uri(owner(console));
    return InetSocketAddress.createUnresolved(
        uri.getHost(), uri.getPort() < 0 ? 5432 : uri.getPort());
  }

  /** Makes the agents' login, and says how libpq reaches the database at this address. */
  String prepareAgents(ApplicationContext console, DemoPlace place, InetSocketAddress address)
      throws SQLException {
    DatabaseLogin owner = owner(console);
    String password = secrets.password(AGENT);
    DemoPlace.write(place.agents().resolve("password"), password + "\n");
    try (Connection connection = connect(owner)) {
      if (!exists(connection, AGENT)) {
        execute(connection, "create role " + AGENT + " login in role " + GROUP);
      }
      execute(connection, "alter role " + AGENT + " password '" + password + "'");
    }
    return "host=%s port=%d dbname=%s"
        .formatted(address.getHostString(), address.getPort(), uri(owner).getPath().substring(1));
  }

  private DatabaseLogin owner(ApplicationContext console) {
    ObjectProvider<EmbeddedPostgres> embedded = console.getBeanProvider(EmbeddedPostgres.class);
    return yours == null ? embedded.getObject().owner() : yours;
  }

  private static URI uri(DatabaseLogin login) {
    return URI.create(login.url().substring("jdbc:".length()));
  }

  private static Connection connect(DatabaseLogin login) throws SQLException {
    return DriverManager.getConnection(login.url(), login.user(), login.password());
  }

  private static boolean exists(Connection connection, String role) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("select 1 from pg_roles where rolname = '" + role + "'")) {
      return found.next();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
