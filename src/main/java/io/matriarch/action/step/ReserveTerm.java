package io.matriarch.action.step;

import io.matriarch.job.Step;
import io.matriarch.job.StepFailed;
import io.matriarch.job.World;

/** Reserves the next term of the herd, before anything is changed. */
public record ReserveTerm(String herd) implements Step {

  @Override
  public String describe() {
    return "reserve the next term of " + herd;
  }

  @Override
  public void run(World world) throws StepFailed, InterruptedException {
    world.proofs().keep("term", Long.toString(world.terms().reserve()));
  }
}
