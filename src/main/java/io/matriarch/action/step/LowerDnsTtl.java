package io.matriarch.action.step;

import io.matriarch.job.Dns;
import io.matriarch.job.DnsRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Lowers the TTL of records whose value stays, so that a later change is seen soon. */
public record LowerDnsTtl(List<DnsRef> records, int seconds) implements Step {

  private static final Duration EVERYWHERE = Duration.ofSeconds(10);

  public LowerDnsTtl {
    records = List.copyOf(records);
  }

  @Override
  public String describe() {
    return "set the TTL of %s to %d s until the next move; resolvers keep what they have for as long as the old TTL: switch over after that"
        .formatted(
            records.stream().map(DnsRef::toString).collect(Collectors.joining(", ")), seconds);
  }

  @Override
  public List<HostCommand> commands() {
    return records.stream()
        .map(r -> new HostCommand(r.updates(), "update %s: TTL %d s".formatted(r, seconds)))
        .toList();
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    for (DnsRef record : records) {
      Dns.Seen now = world.dns().look(record);
      if (now.values().size() != 1) {
        throw new StepFailed(
            "Lowering the TTL of %s: it has %s, not one value. It was left as it is; move it to the primary first."
                .formatted(record, now));
      }
      Integer ttl = now.ttl();
      if (ttl != null && ttl <= seconds) {
        world.log().info("%s has a TTL of %d s already".formatted(record, ttl));
        continue;
      }
      String value = now.values().getFirst();
      world.dns().lowerTtl(record, value, Duration.ofSeconds(seconds));
      world.dns().awaitEverywhere(record, value, EVERYWHERE);
      world
          .log()
          .info(
              "%s had a TTL of %s s: resolvers may keep it so long from now"
                  .formatted(record, ttl == null ? "?" : ttl.toString()));
    }
  }
}
