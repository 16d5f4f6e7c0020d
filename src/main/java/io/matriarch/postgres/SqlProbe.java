package io.matriarch.postgres;

import java.net.SocketTimeoutException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Looks at one cluster over the network with the same SQL as {@link PostgresProbe}, for herds that
 * name a login. It reads only, and proves only what answers.
 */
public final class SqlProbe {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int CONNECT_SECONDS = 4;
  private static final int SOCKET_SECONDS = 10;
  private static final String OPTIONS =
      "-c search_path=pg_catalog -c client_min_messages=error -c statement_timeout=8000";

  private static final String RIGHTS =
      """
      select case
               when r.rolsuper or exists (select from pg_roles o where o.rolname = 'rds_superuser'
                                             and pg_has_role(o.oid, 'member')) then 'SUPERUSER'
               when pg_has_role('pg_monitor', 'usage') then 'MONITOR'
               else 'LESS' end
        from pg_roles r where r.rolname = current_user
      """;

  private SqlProbe() {}

  /** What the login turned out to be allowed. */
  public enum Rights {
    /** As it should be. */
    MONITOR,
    /** Not a member of {@code pg_monitor}: part of the facts stays unknown. */
    LESS,
    /** More than reading needs. */
    SUPERUSER
  }

  /** What was seen, and with which rights. */
  public record Answer(ObservedInstance observed, Rights rights) {}

  /**
   * Blocks for at most half a minute.
   *
   * @param cluster where it is on its host; of it, the data directory goes into the document
   * @throws SqlUnavailable when it did not answer, or not as {@code verify-full} wants it
   */
  public static Answer observe(SqlLogin login, Cluster cluster) throws SqlUnavailable {
    try (Connection connection = source(login).getConnection();
        Statement statement = connection.createStatement()) {
      ObjectNode document = JSON.createObjectNode();
      document.put("dataDirectory", cluster.dataDirectory());
      document.put("port", login.port());
      document.setAll(facts(statement));
      document.put("state", "running");
      document.putNull("error");
      document.put("online", true);
      return new Answer(ObservedInstance.of(document), rights(statement));
    } catch (SQLException e) {
      throw new SqlUnavailable(
          "Asking %s by SQL failed: %s"
              .formatted(login, reason(login, e).replace(login.password(), "***")));
    }
  }

  private static PGSimpleDataSource source(SqlLogin login) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {login.host()});
    source.setPortNumbers(new int[] {login.port()});
    source.setDatabaseName(login.database());
    source.setUser(login.user());
    source.setPassword(login.password());
    source.setApplicationName("matriarch");
    source.setSslMode("verify-full");
    source.setSslfactory(TrustedRoots.class.getName());
    source.setSslFactoryArg(login.rootCertificates());
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(SOCKET_SECONDS);
    source.setSocketTimeout(SOCKET_SECONDS);
    source.setOptions(OPTIONS);
    source.setGssEncMode("disable");
    // What answers may not be what it was: the password itself is never sent, only proved.
    source.setProperty(PGProperty.REQUIRE_AUTH, "scram-sha-256,md5");
    source.setProperty(PGProperty.MAX_RESULT_BUFFER, "16M");
    return source;
  }

  private static ObjectNode facts(Statement statement) throws SQLException, SqlUnavailable {
    boolean rows = statement.execute(PostgresProbe.SQL);
    while (!rows && statement.getUpdateCount() >= 0) {
      rows = statement.getMoreResults();
    }
    try (ResultSet row = statement.getResultSet()) {
      if (row != null
          && row.next()
          && JSON.readTree(row.getString(2)) instanceof ObjectNode answer
          && answer.path("inRecovery").isBoolean()) {
        return answer;
      }
    } catch (JacksonException e) {
      // As if nothing had come.
    }
    throw new SqlUnavailable("Its answer to our query could not be read.");
  }

  private static Rights rights(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(RIGHTS)) {
      return row.next() ? Rights.valueOf(row.getString(1)) : Rights.LESS;
    }
  }

  private static String reason(SqlLogin login, SQLException e) {
    if (caused(e, CertificateExpiredException.class) != null
        || caused(e, CertificateNotYetValidException.class) != null) {
      return "its certificate is not valid today; renew it.";
    }
    SSLException tls = caused(e, SSLException.class);
    if (tls != null) {
      return "its certificate is not signed by the herd's root certificate (%s); compare the two."
          .formatted(tls.getMessage());
    }
    boolean answered = e instanceof PSQLException p && p.getServerErrorMessage() != null;
    return switch (String.valueOf(e.getSQLState())) {
      case "08004" ->
          answered ? said(e) : "%s; switch ssl on, or read it through SSH.".formatted(said(e));
      case "08006" ->
          e.getCause() == null && !answered
              ? "its certificate does not name %s (%s); have it issued for that name, or register the server by the name it has."
                  .formatted(login.host(), said(e))
              : said(e);
      default -> caused(e, SocketTimeoutException.class) != null ? "no answer in time." : said(e);
    };
  }

  private static String said(SQLException e) {
    String said = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
    return said.isEmpty() ? "SQLSTATE " + e.getSQLState() : said;
  }

  private static <T extends Throwable> @Nullable T caused(Throwable e, Class<T> type) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }
}
