package io.matriarch.action.step;

import io.matriarch.job.Dns;
import io.matriarch.job.DnsRef;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Leads records of DNS to a primary that has just proven to be one, and sees every authoritative
 * server answer it.
 */
public record MoveDns(List<Move> moves, InstanceRef primary) implements Step {

  private static final Duration EVERYWHERE = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int AT_ONCE = 8;

  /**
   * One record.
   *
   * @param from the only value it may have until then; null for whatever it has when looked at
   */
  public record Move(DnsRef record, @Nullable String from, String to) {
    @Override
    public String toString() {
      return from == null
          ? "%s to %s".formatted(record, to)
          : "%s from %s to %s".formatted(record, from, to);
    }
  }

  public MoveDns {
    moves = List.copyOf(moves);
  }

  @Override
  public String describe() {
    return "change %s (%s), and see every server of the zone answer it; clients may keep the old address as long as its TTL"
        .formatted(
            moves.stream().map(Move::toString).collect(Collectors.joining(", ")), primary.server());
  }

  @Override
  public List<HostCommand> commands() {
    return moves.stream()
        .map(
            m ->
                new HostCommand(
                    m.record().updates(),
                    "update %s: %s -> %s, TTL %d s"
                        .formatted(
                            m.record(),
                            m.from() == null ? "(what it has)" : m.from(),
                            m.to(),
                            m.record().ttl())))
        .toList();
  }

  @Override
  public Set<Long> servers() {
    return Set.of(primary.serverId());
  }

  @Override
  public String finishedBy() {
    return "herd.move-dns";
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Proved.requirePrimary(world, primary, ANSWER);
    List<Together.Call> calls = new ArrayList<>();
    for (Move move : moves) {
      calls.add(() -> move(world.dns(), move));
    }
    world.together().all(calls, AT_ONCE);
  }

  private static void move(Dns dns, Move move) throws StepFailed, InterruptedException {
    String from = move.from();
    List<String> until = from == null ? dns.look(move.record()).values() : List.of(from);
    dns.move(move.record(), until, move.to());
    dns.awaitEverywhere(move.record(), move.to(), EVERYWHERE);
  }
}
