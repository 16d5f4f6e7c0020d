package io.matriarch.action.step;

import io.matriarch.job.PoolerRef;
import io.matriarch.job.Poolers.Felt;
import io.matriarch.job.Proofs;
import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** Tells what the probes have felt so far. */
public record ReadProbes(List<PoolerRef> poolers) implements Step {

  private static final String FELT = "felt by the probes";

  /** Figures of a drill's report, read by view v_drill_leg. */
  private static final String LONGEST = "longest wait of the probes, ms";

  private static final String FAILED = "failed writes of the probes";
  private static final String WRITES = "writes of the probes";

  public ReadProbes {
    poolers = List.copyOf(poolers);
  }

  @Override
  public String describe() {
    return "tell what clients at %s felt".formatted(PausePoolers.names(poolers));
  }

  @Override
  public String achieved(Proofs proofs) {
    return proofs.find(FELT).map("Clients felt "::concat).orElse("");
  }

  @Override
  public Set<Long> servers() {
    return PausePoolers.servers(poolers);
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    tell(world, poolers, pooler -> world.poolers().readProbe(pooler));
  }

  /** How one probe is asked. */
  interface Asked {
    Optional<Felt> at(PoolerRef pooler) throws StepFailed, InterruptedException;
  }

  static void tell(World world, List<PoolerRef> poolers, Asked asked)
      throws StepFailed, InterruptedException {
    Map<String, Felt> felt = new ConcurrentSkipListMap<>();
    PausePoolers.each(
        world, poolers, pooler -> asked.at(pooler).ifPresent(f -> felt.put(pooler.toString(), f)));
    if (!felt.isEmpty()) {
      String told =
          felt.entrySet().stream()
              .map(e -> "at %s: %s".formatted(e.getKey(), e.getValue().words()))
              .collect(Collectors.joining("; "));
      world.proofs().keep(FELT, told);
      keep(world, LONGEST, felt.values().stream().mapToLong(f -> f.longest().toMillis()).max());
      keep(world, FAILED, felt.values().stream().mapToLong(Felt::failed).reduce(Long::sum));
      keep(world, WRITES, felt.values().stream().mapToLong(Felt::writes).reduce(Long::sum));
    }
  }

  private static void keep(World world, String name, OptionalLong figure) {
    world.proofs().keep(name, Long.toString(figure.orElse(0)));
  }
}
