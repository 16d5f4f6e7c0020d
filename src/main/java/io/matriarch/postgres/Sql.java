package io.matriarch.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * SQL for one cluster, run on its own host by {@code psql} in one session, each statement a
 * transaction of its own. Values are put in as quoted literals by {@link #literal}; the text goes
 * to standard input and so into no list of processes.
 */
public final class Sql {

  private static final String SCRIPT = Scripts.resource("sql.sh");

  private Sql() {}

  /**
   * The command to run as the owner of the cluster.
   *
   * @param limit whole seconds, for each statement and for all
   */
  public static LocalCommand command(Cluster cluster, String sql, Duration limit) {
    return command("", cluster, sql, limit);
  }

  /**
   * The same after a script of its own, which gets the same arguments, and leaves standard input,
   * directory and environment as they are.
   */
  static LocalCommand command(String before, Cluster cluster, String sql, Duration limit) {
    return psql(before, cluster, sql, Math.max(1, limit.toSeconds()));
  }

  /** A session that stays: what is written to it as {@link #asked} is answered one by one. */
  public static LocalCommand session(Cluster cluster) {
    return psql("", cluster, "", 0);
  }

  /**
   * SQL for a {@link #session}; its answer ends with the mark and 0, and the mark on standard
   * error.
   *
   * @param limit whole seconds, for each statement
   * @param mark letters, digits and hyphens
   */
  public static String asked(String sql, Duration limit, String mark) {
    return "set statement_timeout = '%ds';\n%s\nselect %s;\n\\warn %s\n"
        .formatted(Math.max(1, limit.toSeconds()), sql, literal(mark + " 0"), mark);
  }

  private static LocalCommand psql(String before, Cluster cluster, String sql, long seconds) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            before + SCRIPT,
            "matriarch-sql",
            cluster.dataDirectory(),
            cluster.owner(),
            Integer.toString(cluster.port()),
            Objects.requireNonNullElse(cluster.socketDirectory(), ""),
            Objects.requireNonNullElse(cluster.binDirectory(), ""),
            Long.toString(seconds)),
        sql);
  }

  /** The rows that the statements printed, each a list of columns; an SQL null is an empty text. */
  public static List<List<String>> rows(LocalCommands.Output output) {
    List<List<String>> rows = new ArrayList<>();
    output.stdout().lines().forEach(line -> rows.add(List.of(line.split("\t", -1))));
    return rows;
  }

  /** A text as an SQL literal, whatever {@code standard_conforming_strings} says. */
  public static String literal(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("An SQL literal cannot hold a NUL character.");
    }
    String doubled = text.replace("'", "''");
    return text.indexOf('\\') < 0
        ? "'" + doubled + "'"
        : "E'" + doubled.replace("\\", "\\\\") + "'";
  }
}
