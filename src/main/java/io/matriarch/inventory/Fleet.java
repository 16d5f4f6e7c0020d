package io.matriarch.inventory;

import io.matriarch.hook.HookFiles;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What we believe exists at one moment, immutable. Loaded for the herds and servers in question,
 * never whole; carries each server's resolved command profile.
 */
public record Fleet(
    Instant takenAt,
    Map<Long, Environment> environments,
    Map<Long, Server> servers,
    Map<Long, Herd> herds,
    Map<Long, Instance> instances,
    Map<Long, CommandProfile> profiles,
    List<Pooler> poolers,
    List<DnsRecord> dnsRecords,
    HookFiles hooks) {

  public Fleet {
    poolers = List.copyOf(poolers);
    dnsRecords = List.copyOf(dnsRecords);
    environments = Map.copyOf(environments);
    servers = Map.copyOf(servers);
    herds = Map.copyOf(herds);
    instances = Map.copyOf(instances);
    profiles = Map.copyOf(profiles);
  }

  /** Indexes the parts by their ids. */
  public static Fleet of(
      Instant takenAt,
      Collection<Environment> environments,
      Collection<Server> servers,
      Collection<Herd> herds,
      Collection<Instance> instances,
      Collection<CommandProfile> profiles,
      List<Pooler> poolers,
      List<DnsRecord> dnsRecords,
      HookFiles hooks) {
    return new Fleet(
        takenAt,
        index(environments, Environment::id),
        index(servers, Server::id),
        index(herds, Herd::id),
        index(instances, Instance::id),
        index(profiles, CommandProfile::id),
        poolers,
        dnsRecords,
        hooks);
  }

  private static <T> Map<Long, T> index(Collection<T> parts, Function<T, Long> id) {
    return parts.stream().collect(Collectors.toMap(id, Function.identity()));
  }

  public Optional<Instance> instance(long id) {
    return Optional.ofNullable(instances.get(id));
  }

  /** The server of an instance; every instance in a Fleet has its server in it. */
  public Server serverOf(Instance instance) {
    return require(servers.get(instance.serverId()), "server", instance.serverId());
  }

  /** The herd of an instance; every instance in a Fleet has its herd in it. */
  public Herd herdOf(Instance instance) {
    return require(herds.get(instance.herdId()), "herd", instance.herdId());
  }

  /** Members of a herd by id; recorded copies included. */
  public List<Instance> members(long herdId) {
    return instances.values().stream()
        .filter(i -> i.herdId() == herdId)
        .sorted(java.util.Comparator.comparingLong(Instance::id))
        .toList();
  }

  /** In which order a herd is moved when many are: lower first. */
  public int priorityOf(long herdId) {
    return require(herds.get(herdId), "herd", herdId).priority();
  }

  /** The poolers that lead clients to a herd, by id. */
  public List<Pooler> poolersOf(long herdId) {
    return poolers.stream()
        .filter(p -> p.herdId() == herdId)
        .sorted(java.util.Comparator.comparingLong(Pooler::id))
        .toList();
  }

  /** The records of DNS that lead clients to a herd, by id. */
  public List<DnsRecord> dnsRecordsOf(long herdId) {
    return dnsRecords.stream()
        .filter(r -> r.herdId() == herdId)
        .sorted(java.util.Comparator.comparingLong(DnsRecord::id))
        .toList();
  }

  /** Instances that name this one as their upstream. */
  public List<Instance> standbysOf(Instance upstream) {
    return members(upstream.herdId()).stream()
        .filter(i -> i.upstreamId() != null && i.upstreamId() == upstream.id())
        .toList();
  }

  /** The member that was last seen as primary, copies aside. */
  public Optional<Instance> primaryOf(long herdId) {
    return members(herdId).stream()
        .filter(i -> i.role() == Instance.Role.PRIMARY && !i.copy())
        .min(java.util.Comparator.comparing(i -> !i.isOnline()));
  }

  /**
   * The profile in force: the herd's own, else the server's, else systemd's where pid 1 is systemd
   * and the cluster has a unit, else Debian's, else plain pg_ctl.
   */
  public CommandProfile profileOf(Instance instance) {
    Server server = serverOf(instance);
    Long chosen = herdOf(instance).profileId();
    if (chosen == null) {
      chosen = server.profileId();
    }
    if (chosen != null) {
      return require(profiles.get(chosen), "command profile", chosen);
    }
    return byName(standardProfile(server, instance));
  }

  private static String standardProfile(Server server, Instance instance) {
    if ("systemd".equals(server.init()) && instance.unit() != null) {
      return "systemd";
    }
    return instance.debianCluster() != null ? "debian" : "pg_ctl";
  }

  private CommandProfile byName(String name) {
    return profiles.values().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no command profile named " + name));
  }

  /** Name of the environment, or "unassigned". */
  public String environmentName(@Nullable Long id) {
    Environment environment = id == null ? null : environments.get(id);
    return environment == null ? "unassigned" : environment.name();
  }

  private static <T> T require(@Nullable T part, String kind, long id) {
    if (part == null) {
      throw new IllegalStateException("the fleet was loaded without " + kind + " " + id);
    }
    return part;
  }
}
