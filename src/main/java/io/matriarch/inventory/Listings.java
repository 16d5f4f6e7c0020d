package io.matriarch.inventory;

import static io.matriarch.database.Listing.Type.BOOLEAN;
import static io.matriarch.database.Listing.Type.INSTANT;
import static io.matriarch.database.Listing.Type.NUMBER;
import static io.matriarch.database.Listing.Type.TEXT;

import io.matriarch.database.Listing;
import io.matriarch.database.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The grids of the inventory: one {@link Listing} for each view of the schema. Reading only. */
@Component
public class Listings {

  /** What the State column says in one word; the screen words and this expression are one list. */
  private static final String CONDITION =
      """
      case when missing_since is not null then 'gone' when freshness = 'silent' then 'silent'
           when state = 'stopped' then 'stopped' when state = 'unreachable' then 'unreachable'
           when freshness = 'stale' then 'stale' else 'online' end""";

  /** "ready", "not ready: the first reason" or "unknown". */
  private static final String READY =
      "concat_ws(': ', ready, case when ready = 'not ready' then ready_reasons[1] end)";

  private final Listing<InstanceRow> instances;
  private final Listing<ServerRow> servers;
  private final Listing<HerdRow> herds;
  private final Listing<EnvironmentRow> environments;
  private final Listing<DrPairRow> drPairs;
  private final Listing<PoolerRow> poolers;
  private final Listing<DnsRecordRow> dnsRecords;
  private final Listing<EndpointRow> endpoints;

  Listings(JdbcClient jdbc) {
    instances =
        new Listing<>(jdbc, "v_instance", "instance_id", Listings::instance)
            .keysFirst()
            .column("id", "instance_id", NUMBER)
            .column("server", "server", TEXT)
            .column("serverId", "server_id", NUMBER)
            .column("site", "site", TEXT)
            .column("herd", "herd", TEXT)
            .column("herdId", "herd_id", NUMBER)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("port", "port", NUMBER)
            .column("version", "version", TEXT)
            .column("major", "(version_num / 10000)", NUMBER)
            .column("clusterName", "cluster_name", TEXT)
            .column("dataDirectory", "data_directory", TEXT)
            .column("role", "role", TEXT)
            .column("state", "state", TEXT)
            .column("condition", CONDITION, TEXT)
            .column("online", "online", BOOLEAN)
            .column("timeline", "timeline", NUMBER)
            .column("lsn", "lsn", TEXT)
            .column("lagBytes", "lag_bytes", NUMBER)
            .column("upstream", "upstream", TEXT)
            .column("connections", "connections", NUMBER)
            .column("sizeBytes", "size_bytes", NUMBER)
            .column("manager", "manager", TEXT)
            .column("copy", "copy", BOOLEAN)
            .column("preference", "preference", TEXT)
            .column("fenced", "fenced", BOOLEAN)
            .column("freshness", "freshness", TEXT)
            .column("reportedAt", "reported_at", INSTANT)
            .column("seenAt", "seen_at", INSTANT)
            .searching(
                "server",
                "herd",
                "coalesce(environment, 'unassigned')",
                "version",
                "cluster_name",
                "port")
            .orderedBy("environment, herd, role, server, port");
    servers =
        new Listing<>(jdbc, "v_server", "server_id", Listings::server)
            .column("id", "server_id", NUMBER)
            .column("name", "name", TEXT)
            .column("kind", "kind", TEXT)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("site", "site", TEXT)
            .column("address", "address", TEXT)
            .column("os", "os", TEXT)
            .column("load1", "load1", NUMBER)
            .column("instances", "instances", NUMBER)
            .column("freshness", "freshness", TEXT)
            .column("reportedAt", "reported_at", INSTANT)
            .searching("name", "address", "site", "coalesce(environment, 'unassigned')", "os")
            .orderedBy("name");
    herds =
        new Listing<>(jdbc, "v_herd_ready", "herd_id", Listings::herd)
            .column("id", "herd_id", NUMBER)
            .column("name", "name", TEXT)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("owner", "owner", TEXT)
            .column("tags", "array_to_string(tags, ' ')", TEXT)
            .column("port", "port", NUMBER)
            .column("virtualHost", "virtual_host", TEXT)
            .column("dataDirectory", "data_directory", TEXT)
            .column("systemIdentifier", "system_identifier", TEXT)
            .column("members", "members", NUMBER)
            .column("onlineMembers", "online_members", NUMBER)
            .column("primaries", "primaries", NUMBER)
            .column("maxLagBytes", "max_lag_bytes", NUMBER)
            .column("primary", "primary_server", TEXT)
            .column("version", "postgres_version", TEXT)
            .column("ready", READY, TEXT)
            .column("readyAt", "ready_at", INSTANT)
            .column("priority", "priority", NUMBER)
            .searching(
                "name",
                "description",
                "owner",
                "array_to_string(tags, ' ')",
                "port",
                "virtual_host",
                "coalesce(environment, 'unassigned')")
            .orderedBy("environment, name");
    environments =
        new Listing<>(jdbc, "v_environment", "environment_id", Listings::environment)
            .column("id", "environment_id", NUMBER)
            .column("name", "name", TEXT)
            .column("description", "description", TEXT)
            .column("position", "position", NUMBER)
            .column("servers", "servers", NUMBER)
            .column("herds", "herds", NUMBER)
            .column("instances", "instances", NUMBER)
            .searching("name", "description")
            .orderedBy("position, name");
    drPairs =
        new Listing<>(jdbc, "v_dr_pair", "herd_id", Listings::drPair)
            .keysFirst()
            .column("herd", "herd", TEXT)
            .column("herdId", "herd_id", NUMBER)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("primary", "primary_server", TEXT)
            .column("standby", "standby_server", TEXT)
            .column("site", "standby_site", TEXT)
            .column("lagBytes", "lag_bytes", NUMBER)
            .column("lagAt", "lag_at", INSTANT)
            .column("lagSeconds", "lag_seconds", NUMBER)
            .column("worstLagBytes", "worst_lag_bytes", NUMBER)
            .column("worstLagSeconds", "worst_lag_seconds", NUMBER)
            .column("ready", READY, TEXT)
            .column("drill", "drill_state", TEXT)
            .column("drilledAt", "drilled_at", INSTANT)
            .column("sameSite", "same_site", BOOLEAN)
            .column("candidates", "candidates", NUMBER)
            .column("virtualHost", "virtual_host", TEXT)
            .searching(
                "herd",
                "primary_server",
                "standby_server",
                "virtual_host",
                "coalesce(environment, 'unassigned')")
            .orderedBy("environment, herd");
    dnsRecords =
        new Listing<>(jdbc, "v_dns_record", "dns_record_id", Listings::dnsRecord)
            .column("id", "dns_record_id", NUMBER)
            .column("name", "name", TEXT)
            .column("type", "type", TEXT)
            .column("zone", "zone", TEXT)
            .column("herd", "herd", TEXT)
            .column("herdId", "herd_id", NUMBER)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("state", "state", TEXT)
            .column("expected", "expected", TEXT)
            .column("ttl", "ttl", NUMBER)
            .column("observedAt", "observed_at", INSTANT)
            .searching("name", "herd", "zone", "array_to_string(answers, ' ')")
            .orderedBy("environment, herd, name, type");
    endpoints =
        new Listing<>(jdbc, "v_endpoint", "endpoint_id", Listings::endpoint)
            .column("id", "endpoint_id", NUMBER)
            .column("kind", "kind", TEXT)
            .column("name", "name", TEXT)
            .column("herd", "herd", TEXT)
            .column("herdId", "herd_id", NUMBER)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("at", "at_server", TEXT)
            .column("serverId", "server_id", NUMBER)
            .column("serves", "serves", TEXT)
            .column("leads", "leads", TEXT)
            .column("expected", "expected_server", TEXT)
            .column("state", "state", TEXT)
            .column("clients", "clients", NUMBER)
            .column("waiting", "waiting", NUMBER)
            .column("observedAt", "observed_at", INSTANT)
            .searching(
                "name",
                "kind",
                "herd",
                "at_server",
                "serves",
                "leads",
                "coalesce(environment, 'unassigned')")
            .orderedBy("environment, herd, kind, name");
    poolers =
        new Listing<>(jdbc, "v_pooler", "pooler_id", Listings::pooler)
            .column("id", "pooler_id", NUMBER)
            .column("name", "name", TEXT)
            .column("herd", "herd", TEXT)
            .column("herdId", "herd_id", NUMBER)
            .column("environment", "coalesce(environment, 'unassigned')", TEXT)
            .column("environmentId", "environment_id", NUMBER)
            .column("server", "server", TEXT)
            .column("serverId", "server_id", NUMBER)
            .column("port", "port", NUMBER)
            .column("databases", "array_to_string(databases, ' ')", TEXT)
            .column("leads", "array_to_string(observed_leads, ' ')", TEXT)
            .column("expected", "expected_server", TEXT)
            .column("state", "state", TEXT)
            .column("paused", "observed_paused", BOOLEAN)
            .column("clients", "observed_clients", NUMBER)
            .column("waiting", "observed_waiting", NUMBER)
            .column("poolMode", "observed_pool_mode", TEXT)
            .column("version", "observed_version", TEXT)
            .column("observedAt", "observed_at", INSTANT)
            .searching(
                "name",
                "herd",
                "server",
                "array_to_string(databases, ' ')",
                "array_to_string(observed_leads, ' ')",
                "coalesce(environment, 'unassigned')")
            .orderedBy("environment, herd, name");
  }

  public Listing<InstanceRow> instances() {
    return instances;
  }

  public Listing<ServerRow> servers() {
    return servers;
  }

  public Listing<HerdRow> herds() {
    return herds;
  }

  public Listing<EnvironmentRow> environments() {
    return environments;
  }

  public Listing<DrPairRow> drPairs() {
    return drPairs;
  }

  public Listing<PoolerRow> poolers() {
    return poolers;
  }

  public Listing<DnsRecordRow> dnsRecords() {
    return dnsRecords;
  }

  public Listing<EndpointRow> endpoints() {
    return endpoints;
  }

  private static InstanceRow instance(ResultSet rs, int n) throws SQLException {
    return new InstanceRow(
        rs.getLong("instance_id"),
        rs.getLong("server_id"),
        rs.getString("server"),
        rs.getString("site"),
        rs.getLong("herd_id"),
        rs.getString("herd"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        Rows.intOf(rs, "port"),
        rs.getString("version"),
        rs.getString("cluster_name"),
        rs.getString("data_directory"),
        rs.getString("role"),
        rs.getString("state"),
        Rows.booleanOf(rs, "online"),
        rs.getString("state_reason"),
        Rows.intOf(rs, "timeline"),
        rs.getString("lsn"),
        Rows.longOf(rs, "lag_bytes"),
        Rows.instantOf(rs, "lag_at"),
        rs.getString("lag_kind"),
        Rows.longOf(rs, "upstream_id"),
        rs.getString("upstream"),
        rs.getString("upstream_status"),
        Rows.intOf(rs, "connections"),
        Rows.intOf(rs, "max_connections"),
        Rows.longOf(rs, "size_bytes"),
        rs.getString("manager"),
        Rows.booleanOf(rs, "pending_restart"),
        rs.getBoolean("copy"),
        Rows.instantOf(rs, "observed_at"),
        Rows.instantOf(rs, "reported_at"),
        Rows.instantOf(rs, "probed_at"),
        Rows.instantOf(rs, "seen_at"),
        Rows.instantOf(rs, "missing_since"),
        rs.getInt("interval_seconds"),
        rs.getString("freshness"),
        Candidacy.Preference.of(rs.getString("preference")),
        rs.getBoolean("fenced"),
        rs.getInt("edits"));
  }

  private static ServerRow server(ResultSet rs, int n) throws SQLException {
    return new ServerRow(
        rs.getLong("server_id"),
        rs.getString("name"),
        rs.getString("kind"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        rs.getString("site"),
        rs.getString("address"),
        rs.getInt("ssh_port"),
        rs.getString("ssh_user"),
        Rows.textsOf(rs, "host_keys"),
        Rows.instantOf(rs, "verified_at"),
        rs.getInt("version"),
        rs.getString("os"),
        Rows.intOf(rs, "cpus"),
        Rows.doubleOf(rs, "load1"),
        Rows.longOf(rs, "memory_total"),
        Rows.longOf(rs, "memory_available"),
        rs.getString("agent"),
        Rows.instantOf(rs, "reported_at"),
        Rows.durationOf(rs, "clock_skew"),
        Rows.instantOf(rs, "refused_at"),
        rs.getString("refused_reason"),
        Rows.instantOf(rs, "host_key_alarm_at"),
        Rows.instantOf(rs, "unreachable_since"),
        rs.getString("unreachable_reason"),
        rs.getInt("interval_seconds"),
        rs.getString("freshness"),
        rs.getLong("instances"));
  }

  private static HerdRow herd(ResultSet rs, int n) throws SQLException {
    return new HerdRow(
        rs.getLong("herd_id"),
        rs.getString("name"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        rs.getString("description"),
        rs.getString("owner"),
        Rows.textsOf(rs, "tags"),
        Rows.intOf(rs, "port"),
        rs.getString("virtual_host"),
        rs.getString("data_directory"),
        rs.getString("system_identifier"),
        rs.getInt("lineage"),
        rs.getInt("version"),
        rs.getLong("members"),
        rs.getLong("online_members"),
        rs.getLong("primaries"),
        Rows.longOf(rs, "max_lag_bytes"),
        Rows.instantOf(rs, "oldest_seen_at"),
        Rows.longOf(rs, "primary_id"),
        rs.getString("primary_server"),
        rs.getString("postgres_version"),
        rs.getString("ready"),
        Rows.textsOf(rs, "ready_reasons"),
        Rows.instantOf(rs, "ready_at"),
        rs.getInt("priority"));
  }

  private static EnvironmentRow environment(ResultSet rs, int n) throws SQLException {
    return new EnvironmentRow(
        rs.getLong("environment_id"),
        rs.getString("name"),
        rs.getString("description"),
        rs.getInt("position"),
        rs.getInt("version"),
        rs.getLong("servers"),
        rs.getLong("herds"),
        rs.getLong("instances"),
        Rows.intOf(rs, "stall_objective_ms"),
        Rows.intOf(rs, "lag_objective_seconds"));
  }

  private static DrPairRow drPair(ResultSet rs, int n) throws SQLException {
    return new DrPairRow(
        rs.getLong("herd_id"),
        rs.getString("herd"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        rs.getString("virtual_host"),
        rs.getLong("primary_id"),
        rs.getString("primary_server"),
        rs.getString("primary_site"),
        rs.getString("primary_state"),
        rs.getLong("standby_id"),
        rs.getString("standby_server"),
        rs.getString("standby_site"),
        rs.getString("standby_state"),
        Rows.longOf(rs, "lag_bytes"),
        Rows.instantOf(rs, "lag_at"),
        Rows.instantOf(rs, "primary_seen_at"),
        Rows.instantOf(rs, "standby_seen_at"),
        rs.getBoolean("same_site"),
        rs.getLong("candidates"),
        new RecoveryPoint(
            Rows.doubleOf(rs, "lag_seconds"),
            Rows.longOf(rs, "worst_lag_bytes"),
            Rows.instantOf(rs, "worst_lag_bytes_at"),
            Rows.doubleOf(rs, "worst_lag_seconds"),
            Rows.instantOf(rs, "worst_lag_seconds_at"),
            Rows.intOf(rs, "lag_objective_seconds")),
        rs.getString("ready"),
        Rows.textsOf(rs, "ready_reasons"),
        Rows.instantOf(rs, "ready_at"),
        Rows.longOf(rs, "drill_job_id"),
        rs.getString("drill_state"),
        Rows.instantOf(rs, "drilled_at"));
  }

  private static DnsRecordRow dnsRecord(ResultSet rs, int n) throws SQLException {
    return new DnsRecordRow(
        rs.getLong("dns_record_id"),
        rs.getString("name"),
        rs.getString("type"),
        rs.getString("zone"),
        rs.getInt("ttl"),
        rs.getLong("herd_id"),
        rs.getString("herd"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        new io.matriarch.dns.NameServer(rs.getString("update_address"), rs.getInt("update_port"))
            .toString(),
        rs.getString("key_name"),
        rs.getString("key_algorithm"),
        Rows.textsOf(rs, "servers"),
        rs.getInt("version"),
        rs.getString("state"),
        Rows.textsOf(rs, "answers"),
        Rows.intOf(rs, "observed_ttl"),
        Rows.longOf(rs, "serial"),
        Rows.textsOf(rs, "stale"),
        Rows.textsOf(rs, "silent"),
        rs.getString("leads_server"),
        rs.getString("expected"),
        rs.getString("expected_server"),
        Rows.instantOf(rs, "observed_at"),
        Rows.instantOf(rs, "tried_at"),
        rs.getString("observed_error"));
  }

  private static EndpointRow endpoint(ResultSet rs, int n) throws SQLException {
    return new EndpointRow(
        rs.getLong("endpoint_id"),
        rs.getString("kind"),
        rs.getLong("own_id"),
        rs.getString("name"),
        rs.getLong("herd_id"),
        rs.getString("herd"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        Rows.longOf(rs, "server_id"),
        rs.getString("at_server"),
        rs.getString("serves"),
        rs.getString("leads"),
        rs.getString("leads_server"),
        Rows.longOf(rs, "expected_id"),
        rs.getString("expected_server"),
        rs.getString("expected"),
        rs.getString("state"),
        rs.getString("detail"),
        Rows.intOf(rs, "clients"),
        Rows.intOf(rs, "waiting"),
        Rows.instantOf(rs, "observed_at"),
        Rows.instantOf(rs, "tried_at"));
  }

  private static PoolerRow pooler(ResultSet rs, int n) throws SQLException {
    return new PoolerRow(
        rs.getLong("pooler_id"),
        rs.getString("name"),
        rs.getLong("herd_id"),
        rs.getString("herd"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("environment"),
        rs.getLong("server_id"),
        rs.getString("server"),
        rs.getString("socket_directory"),
        rs.getInt("port"),
        rs.getString("admin_user"),
        rs.getString("owner"),
        rs.getString("databases_file"),
        rs.getString("template"),
        Rows.textsOf(rs, "databases"),
        rs.getInt("version"),
        rs.getString("state"),
        Rows.instantOf(rs, "tried_at"),
        Rows.instantOf(rs, "observed_at"),
        rs.getString("observed_error"),
        Rows.textsOf(rs, "observed_leads"),
        Rows.longOf(rs, "leads_id"),
        rs.getString("leads_server"),
        Rows.textsOf(rs, "observed_missing"),
        Rows.longOf(rs, "expected_id"),
        rs.getString("expected_server"),
        rs.getString("expected_address"),
        Rows.intOf(rs, "expected_port"),
        Rows.booleanOf(rs, "observed_paused"),
        Rows.instantOf(rs, "paused_since"),
        Rows.intOf(rs, "observed_clients"),
        Rows.intOf(rs, "observed_waiting"),
        rs.getString("observed_version"),
        rs.getString("observed_pool_mode"),
        Rows.intOf(rs, "query_wait_timeout"));
  }
}
