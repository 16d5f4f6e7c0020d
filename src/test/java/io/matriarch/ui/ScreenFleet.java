package io.matriarch.ui;

import io.matriarch.testing.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A fleet as agents would have reported it: two sites, herds in all conditions, hostile names. */
final class ScreenFleet {

  static final String HOSTILE = "o'r \"x\" $(id) <script>window.pwned=1</script> \u001b[31m";

  /** Nobody has the key to it. */
  static final String HOST_KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

  private ScreenFleet() {}

  static void fill(TestDatabase database) {
    JdbcClient jdbc = database.jdbc();
    jdbc.sql(
            """
            insert into environment (name, description, position)
            values ('prod', 'Production', 10), ('stage', 'Staging', 20), ('empty', '', 30)
            """)
        .update();
    servers(jdbc, 12);
    herds(jdbc, 6);
    jdbc.sql(
            """
            update instance set state = 'stopped', online = false, state_reason = 'shut down'
             where herd_id = (select herd_id from herd where name = 'herd-6')
            """)
        .update();
    jdbc.sql(
            "update instance set cluster_name = :name where instance_id = (select min(instance_id) from instance)")
        .param("name", HOSTILE)
        .update();
    jdbc.sql("update herd set description = :text, owner = :text where name = 'herd-1'")
        .param("text", HOSTILE)
        .update();
    jdbc.sql(
            """
            insert into instance_sample (instance_id, at, lag_bytes)
            select instance_id, now() - make_interval(mins => m), 1000000 + m * 1000
              from instance, generate_series(0, 30) m where role = 'standby'
               and now() - make_interval(mins => m) > (now() at time zone 'UTC')::date
            """)
        .update();
  }

  private static void servers(JdbcClient jdbc, int number) {
    jdbc.sql(
            """
            insert into server (name, environment_id, site, address, host_keys, verified_at)
            select 'db-' || n, (select environment_id from environment where name = case when n > 10 then 'stage' else 'prod' end),
                   case when n % 2 = 0 then 'Frankfurt' else 'Amsterdam' end, '127.0.0.' || n, '{}', now()
              from generate_series(1, :number) n
            """)
        .param("number", number)
        .update();
    // Reports of an hour's interval stay fresh while tests run.
    jdbc.sql(
            """
            insert into server_report (server_id, agent, os, init, cpus, load, interval_seconds, reported_at)
            select server_id, '1', 'Debian GNU/Linux 12 (bookworm)', 'systemd', 4, '{0.5,0.4,0.3}', 3600, now() from server
            """)
        .update();
  }

  private static void herds(JdbcClient jdbc, int number) {
    jdbc.sql(
            """
            insert into herd (environment_id, name, system_identifier)
            select (select environment_id from environment where name = 'prod'), 'herd-' || n, (7000 + n)::text
              from generate_series(1, :number) n
            """)
        .param("number", number)
        .update();
    jdbc.sql(
            """
            insert into instance (server_id, herd_id, data_directory, port, owner, version, version_num, role, state, online,
                                  timeline, write_lsn, replay_lsn, lag_bytes, lag_at, connections, max_connections, reported_at, slots, settings)
            select s.server_id, h.herd_id, '/data/' || h.name, 5432 + h.herd_id, 'postgres', '16.4', 160004,
                   case when k = 1 then 'primary' else 'standby' end, case when k = 1 then 'primary' else 'standby' end, true,
                   3, case when k = 1 then '0/5000000'::pg_lsn end, case when k > 1 then '0/4000000'::pg_lsn end,
                   case when k > 1 then h.herd_id * 10 * 1024 * 1024 end, now(), 7, 100, now(),
                   '[{"name":"s1","type":"physical","active":true,"retainedBytes":1048576}]', '{"wal_level":"replica"}'
              from herd h, generate_series(1, 2) k, server s where s.name = 'db-' || ((h.herd_id + k) % 10 + 1)
            """)
        .update();
    jdbc.sql(
            """
            update instance i set upstream_id = p.instance_id from instance p
             where p.herd_id = i.herd_id and p.role = 'primary' and i.role = 'standby'
            """)
        .update();
  }

  /**
   * Adds this many primaries, {@code name-1} and so on, alone in their herds, that jobs may be
   * confirmed for; commands go to an address of their own at this port.
   */
  static void addReachable(JdbcClient jdbc, String name, int number, int sshPort) {
    jdbc.sql(
            """
            with s as (insert into server (name, environment_id, address, ssh_port, host_keys, command_profile_id, verified_at)
                       select :name || '-' || n, (select environment_id from environment where name = 'prod'),
                              host(inet '127.77.0.0' + (select count(*) from server) + n), :port,
                              array[:key],
                              (select command_profile_id from command_profile where name = 'pg_ctl'), now()
                         from generate_series(1, :number) n returning server_id, name),
                 h as (insert into herd (environment_id, name)
                       select (select environment_id from environment where name = 'prod'), :name || '-' || n
                         from generate_series(1, :number) n returning herd_id, name),
                 r as (insert into server_report (server_id, interval_seconds, reported_at) select server_id, 3600, now() from s)
            insert into instance (server_id, herd_id, data_directory, bin_directory, owner, port, version, version_num, role, state,
                                  online, timeline, write_lsn, connections, max_connections, reported_at)
            select s.server_id, h.herd_id, '/srv/pg/main', '/usr/lib/postgresql/17/bin', 'postgres', 5432, '17.2', 170002,
                   'primary', 'primary', true, 1, '0/5000000', 7, 100, now()
              from s join h using (name)
            """)
        .param("name", name)
        .param("number", number)
        .param("port", sshPort)
        .param("key", HOST_KEY)
        .update();
  }

  /** Adds this many instances in a herd each, in environment "bulk". */
  static void addMany(JdbcClient jdbc, int number) {
    jdbc.sql("insert into environment (name) values ('bulk')").update();
    jdbc.sql(
            """
            with s as (insert into server (name, environment_id, address)
                       select 'bulk-' || n, (select environment_id from environment where name = 'bulk'), 'b' || n
                         from generate_series(1, :number) n returning server_id, name),
                 h as (insert into herd (environment_id, name)
                       select (select environment_id from environment where name = 'bulk'), 'bulk-' || n
                         from generate_series(1, :number) n returning herd_id, name)
            insert into instance (server_id, herd_id, data_directory, port, role, state, online, reported_at, lag_bytes)
            select s.server_id, h.herd_id, '/d', 5432, 'standby', 'standby', true, now(), substr(h.name, 6)::bigint * 1024
              from s join h using (name)
            """)
        .param("number", number)
        .update();
    jdbc.sql(
            "insert into server_report (server_id, interval_seconds, reported_at) select server_id, 3600, now() from server where name like 'bulk-%'")
        .update();
    jdbc.sql("analyze").update();
  }
}
