package io.matriarch.discovery;

import io.matriarch.discovery.KnownInstances.Known;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds the herd of each instance, by system identifier and lineage, and forms those that do not
 * exist yet. A member stays in its herd as long as its identifier is the same.
 */
final class Herding {

  /** An instance that was looked at, and the server it lies on. */
  record Member(Look look, Facts facts) {}

  private record HerdKey(
      String systemIdentifier, @Nullable Long environmentId, int lineage, long id) {}

  private record ServerName(String name, @Nullable Long environmentId) {}

  private final JdbcClient jdbc;
  private final HerdNames names;

  Herding(JdbcClient jdbc, HerdNames names) {
    this.jdbc = jdbc;
    this.names = names;
  }

  /** The herd of every member of these looks. */
  Map<Member, Long> assign(List<Look> looks, KnownInstances known) {
    List<Member> members = new ArrayList<>();
    looks.forEach(look -> look.instances().forEach(f -> members.add(new Member(look, f))));
    // A primary names its herd best, so it comes before its standbys.
    members.sort(Comparator.comparing(m -> !m.facts.writable()));
    Map<Long, ServerName> servers = servers(looks);
    Map<String, List<HerdKey>> herds = herds(members);
    Map<Member, Long> assigned = new HashMap<>();
    for (Member member : members) {
      Known row = known.find(member.look.serverId(), member.facts.dataDirectory()).orElse(null);
      ServerName server = servers.get(member.look.serverId());
      if (server != null) {
        assigned.put(member, herdOf(member.facts, row, server, herds));
      }
    }
    return assigned;
  }

  private long herdOf(
      Facts facts, @Nullable Known row, ServerName server, Map<String, List<HerdKey>> herds) {
    String identifier = facts.systemIdentifier();
    if (row != null && (identifier == null || identifier.equals(row.herdIdentifier()))) {
      return row.herdId();
    }
    if (identifier == null) {
      return form(facts, server, null);
    }
    List<HerdKey> candidates = herds.computeIfAbsent(identifier, id -> new ArrayList<>());
    if (candidates.isEmpty()) {
      long id =
          row != null && row.herdIdentifier() == null
              ? identify(row.herdId(), identifier)
              : form(facts, server, identifier);
      candidates.add(new HerdKey(identifier, server.environmentId, 1, id));
      return id;
    }
    return candidates.stream()
        .min(
            Comparator.comparing(
                    (HerdKey h) -> !Objects.equals(h.environmentId, server.environmentId))
                .thenComparing(HerdKey::lineage))
        .orElseThrow()
        .id;
  }

  private long form(Facts facts, ServerName server, @Nullable String identifier) {
    String name = names.free(facts.herdName(server.name), server.environmentId);
    return jdbc.sql(
            """
            insert into herd (environment_id, name, system_identifier, named_from)
            values (:environment, :name, :identifier, :from) returning herd_id
            """)
        .param("environment", server.environmentId)
        .param("name", name)
        .param("identifier", identifier)
        .param("from", facts.writable() ? "primary" : "member")
        .query(Long.class)
        .single();
  }

  /** A herd whose identifier nobody could read so far gets it. */
  private long identify(long herdId, String identifier) {
    jdbc.sql("update herd set system_identifier = :identifier where herd_id = :herd")
        .param("identifier", identifier)
        .param("herd", herdId)
        .update();
    return herdId;
  }

  private Map<Long, ServerName> servers(List<Look> looks) {
    Map<Long, ServerName> servers = new HashMap<>();
    jdbc.sql("select server_id, name, environment_id from server where server_id = any(:servers)")
        .param("servers", looks.stream().map(Look::serverId).toArray(Long[]::new))
        .query(
            (rs, n) ->
                servers.put(
                    rs.getLong("server_id"),
                    new ServerName(
                        rs.getString("name"), rs.getObject("environment_id", Long.class))))
        .list();
    return servers;
  }

  private Map<String, List<HerdKey>> herds(Collection<Member> members) {
    Set<String> identifiers = new HashSet<>();
    for (Member member : members) {
      if (member.facts.systemIdentifier() != null) {
        identifiers.add(member.facts.systemIdentifier());
      }
    }
    Map<String, List<HerdKey>> herds = new HashMap<>();
    jdbc.sql(
            """
            select system_identifier, environment_id, lineage, herd_id from herd
             where system_identifier = any(:identifiers)
            """)
        .param("identifiers", identifiers.toArray(String[]::new))
        .query(
            (rs, n) ->
                new HerdKey(
                    rs.getString("system_identifier"),
                    rs.getObject("environment_id", Long.class),
                    rs.getInt("lineage"),
                    rs.getLong("herd_id")))
        .list()
        .forEach(h -> herds.computeIfAbsent(h.systemIdentifier, id -> new ArrayList<>()).add(h));
    return herds;
  }
}
