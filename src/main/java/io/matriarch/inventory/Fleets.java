package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.dns.NameServer;
import io.matriarch.dns.RecordName;
import io.matriarch.dns.RecordType;
import io.matriarch.hook.HookDirectory;
import io.matriarch.hook.HookFiles;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Loads {@link Fleet}s: the herds asked for with every member and every server they touch. */
@Component
public class Fleets {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final ObjectProvider<HookDirectory> hooks;

  Fleets(JdbcClient jdbc, Clock clock, ObjectProvider<HookDirectory> hooks) {
    this.hooks = hooks;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * The herds of these instances and these herds, whole, and these servers. Ids that do not exist
   * are left out.
   */
  @Transactional(readOnly = true)
  public Fleet load(
      Collection<Long> instanceIds, Collection<Long> herdIds, Collection<Long> serverIds) {
    List<Instance> instances =
        herdIds.isEmpty() && instanceIds.isEmpty() ? List.of() : members(instanceIds, herdIds);
    Set<Long> herdsNeeded = new HashSet<>(herdIds);
    Set<Long> serversNeeded = new HashSet<>(serverIds);
    for (Instance i : instances) {
      herdsNeeded.add(i.herdId());
      serversNeeded.add(i.serverId());
    }
    List<Pooler> poolers = herdsNeeded.isEmpty() ? List.of() : poolers(herdsNeeded);
    poolers.forEach(p -> serversNeeded.add(p.serverId()));
    return Fleet.of(
        clock.instant(),
        jdbc.sql("select environment_id, name from environment")
            .query((rs, n) -> new Environment(rs.getLong(1), rs.getString(2)))
            .list(),
        jdbc.sql(
                """
                select s.*, r.init, r.os_family from server s left join server_report r using (server_id)
                where server_id = any(:ids)
                """)
            .param("ids", serversNeeded.toArray(Long[]::new))
            .query(Fleets::server)
            .list(),
        herdsNeeded.isEmpty() ? List.of() : herds(herdsNeeded),
        instances,
        jdbc.sql("select * from command_profile").query(Fleets::profile).list(),
        poolers,
        herdsNeeded.isEmpty() ? List.of() : dnsRecords(herdsNeeded),
        hooks());
  }

  /** Those of this console's own host. */
  private HookFiles hooks() {
    HookDirectory directory = hooks.getIfAvailable();
    return directory == null ? HookFiles.NONE : directory.files();
  }

  private List<DnsRecord> dnsRecords(Collection<Long> herdIds) {
    return jdbc.sql("select * from v_dns_record where herd_id = any(:ids)")
        .param("ids", herdIds.toArray(Long[]::new))
        .query(Fleets::dnsRecord)
        .list();
  }

  private static DnsRecord dnsRecord(ResultSet rs, int n) throws SQLException {
    return new DnsRecord(
        rs.getLong("dns_record_id"),
        rs.getLong("herd_id"),
        new RecordName(
            rs.getString("zone"), rs.getString("name"), RecordType.valueOf(rs.getString("type"))),
        rs.getInt("ttl"),
        new NameServer(rs.getString("update_address"), rs.getInt("update_port")),
        rs.getString("key_name"),
        rs.getString("key_algorithm"),
        Rows.textsOf(rs, "servers").stream().map(NameServer::parse).toList(),
        new DnsSeen(
            rs.getString("state"),
            Rows.instantOf(rs, "tried_at"),
            Rows.instantOf(rs, "observed_at"),
            rs.getString("observed_error"),
            Rows.textsOf(rs, "answers"),
            Rows.intOf(rs, "observed_ttl"),
            Rows.textsOf(rs, "stale"),
            Rows.textsOf(rs, "silent")));
  }

  private List<Pooler> poolers(Collection<Long> herdIds) {
    return jdbc.sql("select * from v_pooler where herd_id = any(:ids)")
        .param("ids", herdIds.toArray(Long[]::new))
        .query(Fleets::pooler)
        .list();
  }

  static Pooler pooler(ResultSet rs, int n) throws SQLException {
    return new Pooler(
        rs.getLong("pooler_id"),
        rs.getLong("herd_id"),
        rs.getLong("server_id"),
        rs.getString("name"),
        rs.getString("socket_directory"),
        rs.getInt("port"),
        rs.getString("admin_user"),
        rs.getString("owner"),
        rs.getString("databases_file"),
        rs.getString("template"),
        Rows.textsOf(rs, "databases"),
        seen(rs));
  }

  private static PoolerSeen seen(ResultSet rs) throws SQLException {
    Integer timeout = Rows.intOf(rs, "query_wait_timeout");
    return new PoolerSeen(
        Rows.instantOf(rs, "tried_at"),
        Rows.instantOf(rs, "observed_at"),
        rs.getString("observed_error"),
        Rows.textsOf(rs, "observed_leads"),
        Rows.longOf(rs, "leads_id"),
        Rows.textsOf(rs, "observed_missing"),
        Rows.booleanOf(rs, "observed_paused"),
        Rows.intOf(rs, "observed_clients"),
        rs.getString("observed_pool_mode"),
        timeout == null ? null : Duration.ofSeconds(timeout));
  }

  private List<Instance> members(Collection<Long> instanceIds, Collection<Long> herdIds) {
    return jdbc.sql(
            """
            select i.*, is_synchronous(i.instance_id) as synchronous,
                   exists (select from instance_fence f where f.instance_id = i.instance_id) as fenced
              from instance i
             where herd_id = any(:herds)
                or herd_id in (select herd_id from instance where instance_id = any(:instances))
            """)
        .param("herds", herdIds.toArray(Long[]::new))
        .param("instances", instanceIds.toArray(Long[]::new))
        .query(Fleets::instance)
        .list();
  }

  private List<Herd> herds(Collection<Long> ids) {
    Map<Long, List<Homecoming.Move>> moves = moves(ids);
    Map<Long, Commits> commits = new CommitRules(jdbc).of(ids);
    return jdbc.sql("select * from herd where herd_id = any(:ids)")
        .param("ids", ids.toArray(Long[]::new))
        .query(
            (rs, n) ->
                herd(
                    rs,
                    moves.getOrDefault(rs.getLong("herd_id"), List.of()),
                    commits.getOrDefault(rs.getLong("herd_id"), Commits.UNKNOWN)))
        .list();
  }

  /** Changes of primaries by herd, in the order of their terms. */
  private Map<Long, List<Homecoming.Move>> moves(Collection<Long> herdIds) {
    Map<Long, List<Homecoming.Move>> moves = new HashMap<>();
    jdbc.sql(
            """
            select t.herd_id, t.former_id, f.site as from_site, s.site as to_site
              from herd_term t
              join instance i on i.instance_id = t.instance_id join server s on s.server_id = i.server_id
              join instance fi on fi.instance_id = t.former_id join server f on f.server_id = fi.server_id
             where t.herd_id = any(:ids) and t.published_at is not null
             order by t.herd_id, t.term
            """)
        .param("ids", herdIds.toArray(Long[]::new))
        .query(
            rs -> {
              moves
                  .computeIfAbsent(rs.getLong("herd_id"), herd -> new ArrayList<>())
                  .add(
                      new Homecoming.Move(
                          rs.getLong("former_id"),
                          rs.getString("from_site"),
                          rs.getString("to_site")));
            });
    return moves;
  }

  private static Server server(ResultSet rs, int n) throws SQLException {
    return new Server(
        rs.getLong("server_id"),
        rs.getString("name"),
        Server.Kind.valueOf(rs.getString("kind")),
        Rows.longOf(rs, "environment_id"),
        rs.getString("site"),
        rs.getString("address"),
        rs.getInt("ssh_port"),
        rs.getString("ssh_user"),
        Rows.textsOf(rs, "host_keys"),
        Rows.textsOf(rs, "become"),
        rs.getString("init"),
        rs.getString("os_family"),
        Rows.longOf(rs, "command_profile_id"));
  }

  private static Herd herd(ResultSet rs, List<Homecoming.Move> moves, Commits commits)
      throws SQLException {
    return new Herd(
        rs.getLong("herd_id"),
        rs.getString("name"),
        Rows.longOf(rs, "environment_id"),
        rs.getString("system_identifier"),
        rs.getInt("lineage"),
        Rows.longOf(rs, "command_profile_id"),
        Rows.textsOf(rs, "tags"),
        Homecoming.of(moves).orElse(null),
        rs.getInt("priority"),
        commits);
  }

  static CommandProfile profile(ResultSet rs, int n) throws SQLException {
    return new CommandProfile(
        rs.getLong("command_profile_id"),
        rs.getString("name"),
        Rows.textsOf(rs, "start_cmd"),
        Rows.textsOf(rs, "stop_cmd"),
        Rows.textsOf(rs, "reload_cmd"),
        rs.getBoolean("as_owner"));
  }

  private static Instance instance(ResultSet rs, int n) throws SQLException {
    return new Instance(
        rs.getLong("instance_id"),
        rs.getLong("server_id"),
        rs.getLong("herd_id"),
        rs.getString("data_directory"),
        Rows.intOf(rs, "port"),
        rs.getString("socket_directory"),
        rs.getString("bin_directory"),
        rs.getString("config_file"),
        rs.getString("owner"),
        rs.getString("debian_cluster"),
        rs.getString("unit"),
        Rows.intOf(rs, "version_num"),
        Instance.Role.valueOf(rs.getString("role").toUpperCase(java.util.Locale.ROOT)),
        state(rs),
        Rows.longOf(rs, "upstream_id"),
        Rows.intOf(rs, "connections"),
        rs.getString("manager"),
        rs.getBoolean("copy"),
        Rows.booleanOf(rs, "standby_signal"),
        Rows.longOf(rs, "lag_bytes"),
        Rows.longOf(rs, "size_bytes"),
        Rows.instantOf(rs, "started_at"),
        new Candidacy(
            Candidacy.Preference.of(rs.getString("preference")), rs.getBoolean("synchronous")),
        lastTold(rs),
        rs.getBoolean("fenced"),
        seenAt(rs));
  }

  private static Position lastTold(ResultSet rs) throws SQLException {
    Lsn lsn =
        rs.getString("role").equals("primary")
            ? lsnOf(rs, "write_lsn")
            : later(lsnOf(rs, "receive_lsn"), lsnOf(rs, "replay_lsn"));
    return new Position(Rows.intOf(rs, "timeline"), lsn, Rows.instantOf(rs, "lsn_at"));
  }

  private static @Nullable Lsn later(@Nullable Lsn a, @Nullable Lsn b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static @Nullable Instant seenAt(ResultSet rs) throws SQLException {
    Instant reported = Rows.instantOf(rs, "reported_at");
    Instant probed = Rows.instantOf(rs, "probed_at");
    if (reported == null || probed == null) {
      return reported == null ? probed : reported;
    }
    return reported.isAfter(probed) ? reported : probed;
  }

  private static InstanceState state(ResultSet rs) throws SQLException {
    Instant at = Rows.instantOf(rs, "observed_at");
    Integer timeline = Rows.intOf(rs, "timeline");
    String reason = rs.getString("state_reason");
    return switch (rs.getString("state")) {
      case "primary" -> new InstanceState.Primary(timeline, lsnOf(rs, "write_lsn"), at);
      case "standby" ->
          new InstanceState.Standby(
              timeline, lsnOf(rs, "receive_lsn"), lsnOf(rs, "replay_lsn"), at);
      case "stopped" -> new InstanceState.Stopped(rs.getString("control_state"), at);
      default -> new InstanceState.Unreachable(reason == null ? "never seen" : reason, at);
    };
  }

  private static @Nullable Lsn lsnOf(ResultSet rs, String column) throws SQLException {
    String value = rs.getString(column);
    return value == null ? null : Lsn.parse(value);
  }
}
