package io.matriarch.job;

import java.util.List;

/** Looks at instances and puts what is seen into the inventory; the end of every plan. */
public record Observe(List<Long> instances) implements Step {

  public Observe {
    instances = List.copyOf(instances);
  }

  @Override
  public String describe() {
    return instances.size() == 1
        ? "look at the instance and update the inventory"
        : "look at the %d instances and update the inventory".formatted(instances.size());
  }

  @Override
  public void run(World world) {
    world.inventory().observe(instances);
  }
}
