package io.matriarch.action.herd;

import io.matriarch.action.step.LowerDnsTtl;
import io.matriarch.check.Check;
import io.matriarch.check.DnsChecks;
import io.matriarch.inventory.Fleet;
import io.matriarch.job.DnsRef;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Target;
import java.util.List;
import org.springframework.stereotype.Component;

/** Lowers the TTL of all DNS records of a herd, ahead of a switch. */
@Component
final class LowerHerdDnsTtl extends MendHerd {

  LowerHerdDnsTtl() {
    super(
        "herd.lower-dns-ttl",
        "Lower the TTL of DNS",
        "Lets resolvers forget the records of the herd sooner, ahead of a switch; wait out the old TTL before it. The next move sets each record to its own TTL again.");
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.number(
            "seconds",
            "TTL in seconds",
            10,
            "Kept until the next move; a low TTL means more questions to the servers of the zone."));
  }

  @Override
  public List<Check> checks(Target target, Fleet fleet, Options options) {
    return DnsChecks.forLowering(target.id(), options.number("seconds"), fleet);
  }

  @Override
  public Plan plan(Target target, Fleet fleet, Options options) {
    List<DnsRef> records = fleet.dnsRecordsOf(target.id()).stream().map(DnsRef::of).toList();
    return Plan.of(new LowerDnsTtl(records, options.number("seconds"))).build();
  }
}
