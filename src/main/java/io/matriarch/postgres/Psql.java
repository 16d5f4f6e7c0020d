package io.matriarch.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** SQL for a managed instance: {@code psql} on its local socket, the SQL by standard input. */
public final class Psql {

  /** We may be superuser: a search path with {@code public} would run what anybody left there. */
  private static final String OPTIONS =
      "PGOPTIONS=-c search_path=pg_catalog -c client_min_messages=warning";

  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");

  private Psql() {}

  /** {@link #command(Cluster, String, Map)} for SQL without variables. */
  public static LocalCommand command(Cluster cluster, String sql) {
    return command(cluster, sql, Map.of());
  }

  /**
   * Runs the SQL in database {@code postgres} and prints rows without alignment; the first error
   * ends it with exit 3, no connection with exit 2.
   *
   * @param variables for {@code :'name'} in the SQL, which psql quotes as a literal, or {@code
   *     :"name"}, as an identifier
   */
  public static LocalCommand command(Cluster cluster, String sql, Map<String, String> variables) {
    List<String> arguments = new ArrayList<>(List.of("env", OPTIONS, "PGCONNECT_TIMEOUT=5"));
    String bin = cluster.binDirectory();
    arguments.add(bin == null ? "psql" : bin + "/psql");
    arguments.addAll(List.of("-X", "-A", "-t", "-q", "-w", "-v", "ON_ERROR_STOP=1"));
    String sockets = cluster.socketDirectory();
    if (sockets != null) {
      arguments.addAll(List.of("-h", sockets));
    }
    arguments.addAll(List.of("-p", Integer.toString(cluster.port()), "-U", cluster.owner()));
    arguments.addAll(List.of("-d", "postgres"));
    variables.forEach((name, value) -> addVariable(arguments, name, value));
    return new LocalCommand(arguments, sql);
  }

  private static void addVariable(List<String> arguments, String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Not the name of a psql variable: " + name);
    }
    arguments.addAll(List.of("-v", name + "=" + value));
  }
}
