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
   * Ends sessions until none is left but this one, or the time is over. One row for each that is
   * left: left, pid, what it is, whose.
   */
  public static String endSessions(long seconds) {
    return """
        do $$ declare began timestamptz := clock_timestamp(); begin
          loop
            perform pg_terminate_backend(pid) from pg_stat_activity where %1$s;
            perform pg_sleep(0.01);
            perform pg_stat_clear_snapshot();
            exit when not exists (select from pg_stat_activity where %1$s)
                   or clock_timestamp() - began > make_interval(secs => %2$d);
          end loop;
        end $$;
        select 'left', pid, backend_type, coalesce(nullif(application_name, ''), usename, '') from pg_stat_activity where %1$s;
        """
        .formatted(OTHERS, seconds);
  }

  /**
   * Waits until the WAL stands still, or the time is over, and then has all of it on disk by a
   * commit of its own, which is in it. One row: still, whether it stands, LSN, timeline in
   * hexadecimal digits.
   */
  public static String standStill(long seconds) {
    return """
        set synchronous_commit = local;
        do $$ declare began timestamptz := clock_timestamp(); seen pg_lsn; stands boolean := false; begin
          while not stands and clock_timestamp() - began < make_interval(secs => %d) loop
            seen := pg_current_wal_insert_lsn();
            perform pg_sleep(0.05);
            stands := pg_current_wal_insert_lsn() = seen;
          end loop;
          perform set_config('matriarch.still', stands::text, false);
        end $$;
        select txid_current();
        select 'still', current_setting('matriarch.still'), pg_current_wal_flush_lsn(), left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
        """
        .formatted(seconds);
  }
}
