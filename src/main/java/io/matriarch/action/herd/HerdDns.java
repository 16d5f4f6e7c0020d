package io.matriarch.action.herd;

import io.matriarch.action.step.MoveDns;
import io.matriarch.inventory.DnsRecord;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Herd;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Server;
import io.matriarch.job.DnsRef;
import io.matriarch.job.HookFacts;
import io.matriarch.job.InstanceRef;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What actions on a herd plan for its records of DNS and tell its scripts. */
final class HerdDns {

  private HerdDns() {}

  /**
   * The records that can lead to an instance; the checks name the others.
   *
   * @param old whose value each record must have; null for whatever it has
   */
  static List<MoveDns.Move> moves(@Nullable Instance old, Instance primary, Fleet fleet) {
    return fleet.dnsRecordsOf(primary.herdId()).stream()
        .flatMap(record -> move(record, old, fleet.serverOf(primary), fleet))
        .toList();
  }

  private static Stream<MoveDns.Move> move(
      DnsRecord record, @Nullable Instance old, Server to, Fleet fleet) {
    Optional<String> from = old == null ? Optional.empty() : record.valueFor(fleet.serverOf(old));
    return record
        .valueFor(to)
        .map(value -> new MoveDns.Move(DnsRef.of(record), from.orElse(null), value))
        .stream();
  }

  static HookFacts facts(@Nullable Instance old, Instance primary, Fleet fleet) {
    Herd herd = fleet.herdOf(primary);
    return new HookFacts(
        herd.id(),
        herd.name(),
        herd.environmentId() == null ? null : fleet.environmentName(herd.environmentId()),
        old == null ? null : member(old, fleet),
        member(primary, fleet));
  }

  private static HookFacts.Member member(Instance instance, Fleet fleet) {
    Server server = fleet.serverOf(instance);
    return new HookFacts.Member(
        instance.id(),
        server.name(),
        server.address(),
        InstanceRef.of(instance, fleet).cluster().port());
  }
}
