package io.matriarch.action.step;

import io.matriarch.check.Check;
import io.matriarch.check.ReadinessChecks;
import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.check.ReadinessChecks.Way;
import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Together;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.ReadinessFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Proves on the servers themselves that a switch can begin, by all that readiness checks, and
 * refuses with every reason at once. Changes nothing.
 *
 * @param address where the candidate is reached by standbys
 * @param pauseLimit seconds for open transactions to end
 * @param overruled options that let the switch go on although a check fails which names them
 */
public record PrepareSwitch(
    InstanceRef primary,
    InstanceRef candidate,
    String address,
    List<InstanceRef> others,
    int pauseLimit,
    List<String> overruled)
    implements Step {

  private static final int AT_ONCE = 16;

  public PrepareSwitch {
    others = List.copyOf(others);
    overruled = List.copyOf(overruled);
  }

  @Override
  public String describe() {
    return "prove that %s streams from %s, that it could stream back, and that nothing holds a switch up"
        .formatted(candidate, primary.server());
  }

  @Override
  public Set<Long> servers() {
    Set<Long> servers = new TreeSet<>(Set.of(primary.serverId(), candidate.serverId()));
    others.forEach(o -> servers.add(o.serverId()));
    return servers;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    Look look = look(world);
    List<Check> checks = ReadinessChecks.live(look);
    checks.stream()
        .filter(c -> c.outcome() != Check.Outcome.PASSED)
        .forEach(c -> world.log().info("%s: %s. %s".formatted(c.name(), c.seen(), c.remedy())));
    List<Check> refusing =
        checks.stream().filter(Check::hasFailed).filter(c -> !isOverruled(c)).toList();
    if (!refusing.isEmpty()) {
      throw new StepFailed(
          refusing.stream()
              .map(c -> "%s: %s. %s".formatted(c.name(), c.seen(), c.remedy()))
              .collect(
                  Collectors.joining(
                      "\n", "The switch was refused, and nothing was changed:\n", "")));
    }
    long passed = checks.stream().filter(c -> c.outcome() == Check.Outcome.PASSED).count();
    world.log().info("%d of %d checks passed".formatted(passed, checks.size()));
    keep(world, look);
  }

  private boolean isOverruled(Check check) {
    String option = check.overruledBy();
    return option != null && overruled.contains(option);
  }

  private Look look(World world) throws StepFailed, InterruptedException {
    Map<Long, Member> members = new ConcurrentHashMap<>();
    ConcurrentLinkedQueue<Way> ways = new ConcurrentLinkedQueue<>();
    List<Together.Call> calls = new ArrayList<>();
    Stream.concat(Stream.of(primary, candidate), others.stream())
        .forEach(i -> calls.add(() -> members.put(i.id(), member(world, i))));
    calls.add(() -> ways(world, ways));
    world.together().all(calls, AT_ONCE);
    return new Look(
        of(members, primary),
        of(members, candidate),
        others.stream().map(o -> of(members, o)).toList(),
        List.copyOf(ways),
        List.of(),
        world.terms().ownIdentifier(),
        null,
        Duration.ofSeconds(pauseLimit));
  }

  private static Member of(Map<Long, Member> members, InstanceRef instance) {
    return Objects.requireNonNull(members.get(instance.id()));
  }

  private Member member(World world, InstanceRef instance) throws InterruptedException {
    try {
      ReadinessFacts facts =
          world.replication().readiness(instance, Duration.ofSeconds(pauseLimit));
      return new Member(instance.server(), facts, "", null, world.clock().instant());
    } catch (StepFailed e) {
      return new Member(
          instance.server(), null, String.valueOf(e.getMessage()), null, world.clock().instant());
    }
  }

  private void ways(World world, ConcurrentLinkedQueue<Way> ways)
      throws StepFailed, InterruptedException {
    Conninfo now;
    try {
      now = world.replication().upstreamOf(candidate);
    } catch (StepFailed e) {
      world.log().info(String.valueOf(e.getMessage()));
      return;
    }
    Conninfo back = now.to(address, Proved.port(candidate));
    List<Together.Call> calls = new ArrayList<>();
    calls.add(() -> ways.add(way(world, candidate, primary, now)));
    calls.add(() -> ways.add(way(world, primary, candidate, back)));
    others.forEach(o -> calls.add(() -> ways.add(way(world, o, candidate, back))));
    world.together().all(calls, AT_ONCE);
  }

  private static Way way(World world, InstanceRef from, InstanceRef to, Conninfo conninfo)
      throws InterruptedException {
    try {
      world.replication().tryReplication(from, conninfo);
      return new Way(from.server(), to.server(), null);
    } catch (StepFailed e) {
      return new Way(from.server(), to.server(), String.valueOf(e.getMessage()));
    }
  }

  private void keep(World world, Look look) throws StepFailed, InterruptedException {
    world.proofs().keep("primary timeline", String.valueOf(timeline(look.primary())));
    world.proofs().keep("candidate timeline", String.valueOf(timeline(look.candidate())));
    world.proofs().keep(Proved.SYNCHRONOUS, synchronousNames(look.candidate()));
    for (InstanceRef standby : Stream.concat(Stream.of(candidate), others.stream()).toList()) {
      world
          .proofs()
          .keep(Proved.formerSlot(standby), world.replication().receiving(standby).slot());
    }
  }

  private static String synchronousNames(Member member) {
    return Objects.requireNonNullElse(
        Objects.requireNonNull(member.facts()).setting("synchronous_standby_names"), "");
  }

  private static Integer timeline(Member member) {
    return Objects.requireNonNull(Objects.requireNonNull(member.facts()).timeline());
  }
}
