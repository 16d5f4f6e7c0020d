package io.matriarch.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Lines at the top of {@code pg_hba.conf} that let nobody connect but the owner of the cluster on
 * its own host; standbys receive on. A server reads them when it is told to, or starts.
 */
public final class HbaFile {

  /** What {@code sh -c} runs. */
  public static final String SCRIPT = Scripts.resource("hba-block.sh") + Scripts.resource("hba.sh");

  /** One row: hba, path of the file. */
  public static final String WHERE = "select 'hba', current_setting('hba_file');\n";

  /** One row for each line that the server could not read: wrong, number, why. */
  public static final String FAULTS =
      "select 'wrong', line_number, error from pg_hba_file_rules where error is not null order by 2;\n";

  public static final String RELOAD = "select pg_reload_conf();\n";

  /** What writes nothing of a client's, or ends with the session that it works for. */
  private static final String OTHERS =
      """
      pid <> pg_backend_pid() and backend_type not in ('checkpointer', 'background writer', 'walwriter', 'walsender',
        'startup', 'archiver', 'stats collector', 'logger', 'autovacuum launcher', 'logical replication launcher',
        'walsummarizer', 'slotsync worker', 'io worker', 'parallel worker')\
      """;

  private HbaFile() {}

  /** What is done to the file; each is safe to do twice. */
  public enum Verb {
    REFUSE,
    ADMIT
  }

  /**
   * The command to run as the owner of the cluster.
   *
   * @param file where the server says it is; unused for admitting
   */
  public static LocalCommand command(Cluster cluster, Verb verb, String file) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "matriarch-hba",
            cluster.dataDirectory(),
            verb.name().toLowerCase(Locale.ROOT),
            file,
            cluster.owner()),
        "");
  }

  /** What {@code sh -c} runs to try a connection. */
  public static final String KNOCK = Scripts.resource("knock.sh");

  /** What {@link #knock} prints once {@code pg_hba.conf} refuses a connection. */
  public static final String REFUSED = "refused";

  /**
   * Tries to connect from any host, as anybody, until {@code pg_hba.conf} refuses it or the time is
   * over.
   *
   * @param limit zero for one try
   * @param before what came back of one try before the file was changed; empty if unknown
   */
  public static LocalCommand knock(String host, int port, Duration limit, String before) {
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            KNOCK,
            "matriarch-knock",
            host,
            Integer.toString(port),
            Long.toString(limit.toSeconds()),
            before),
        "");
  }

  /**
   * Ends sessions until none is left but this one, waits until the WAL stands still, and has all of
   * it on disk by a commit of its own. One row for each session that is left when the time is over:
   * left, pid, what it is, whose. One row: still, whether the WAL stood, LSN on disk, timeline in
   * hexadecimal digits, whether all that was written by then is on disk.
   *
   * @param still how long the WAL must stand; zero if it need not
   */
  public static String endSessions(long seconds, Duration still) {
    return """
        set synchronous_commit = local;
        do $$ declare began timestamptz := clock_timestamp(); seen pg_lsn; stands boolean := %3$d = 0; begin
          loop
            perform pg_terminate_backend(pid) from pg_stat_activity where %1$s;
            perform pg_stat_clear_snapshot();
            exit when not exists (select from pg_stat_activity where %1$s)
                   or clock_timestamp() - began > make_interval(secs => %2$d);
            perform pg_sleep(0.002);
            perform pg_stat_clear_snapshot();
          end loop;
          while not stands and clock_timestamp() - began < make_interval(secs => %2$d) loop
            seen := pg_current_wal_insert_lsn();
            perform pg_sleep(%3$d / 1000.0);
            stands := pg_current_wal_insert_lsn() = seen;
          end loop;
          perform set_config('matriarch.still', stands::text, false);
          perform set_config('matriarch.inserted', pg_current_wal_insert_lsn()::text, false);
        end $$;
        select 'left', pid, backend_type, coalesce(nullif(application_name, ''), usename, '') from pg_stat_activity where %1$s;
        """
            .formatted(OTHERS, seconds, still.toMillis())
        + ReplicationSql.FLUSH
        + "select 'still', current_setting('matriarch.still'), pg_current_wal_flush_lsn(), left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), pg_current_wal_flush_lsn() >= current_setting('matriarch.inserted')::pg_lsn;\n";
  }
}
