package io.matriarch.ui.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.job.Preview;
import io.matriarch.job.Preview.PlannedStep;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.job.Step.HostCommand;
import io.matriarch.job.StepKind;
import io.matriarch.job.Target;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanShapeTest {

  private static PlannedStep step(String describe, String host, String command) {
    return new PlannedStep(StepKind.STEP, describe, List.of(new HostCommand(host, command)), false);
  }

  private static TargetPreview stop(int id, String cluster, String server) {
    return target(
        id,
        server,
        step(
            "stop PostgreSQL " + cluster + " on " + server + " (fast)",
            server,
            "pg_ctlcluster 17 " + cluster.substring(3) + " stop -m fast"));
  }

  private static TargetPreview target(int id, String name, PlannedStep... steps) {
    return new TargetPreview(
        Target.instance(id), name, null, List.of(), false, List.of(steps), "hash of " + id, 1);
  }

  @Test
  void a_hundred_targets_with_one_plan_are_one_shape() {
    List<TargetPreview> targets =
        IntStream.range(0, 100).mapToObj(i -> stop(i, "17/c" + i, "db" + i)).toList();
    List<PlanShape> shapes = PlanShape.of(targets);
    assertThat(shapes).hasSize(1);
    assertThat(shapes.getFirst().targets()).hasSize(100);
    PlannedStep common = shapes.getFirst().steps().getFirst();
    assertThat(common.describe()).isEqualTo("stop PostgreSQL 17/… on … (fast)");
    assertThat(common.commands())
        .containsExactly(new HostCommand("…", "pg_ctlcluster 17 … stop -m fast"));
  }

  @Test
  void another_verb_is_another_shape() {
    TargetPreview start =
        target(
            9,
            "db9",
            step("start PostgreSQL 17/a on db9 (fast)", "db9", "pg_ctlcluster 17 a start -m fast"));
    assertThat(PlanShape.of(List.of(stop(1, "17/a", "db1"), start))).hasSize(2);
  }

  @Test
  void a_longer_plan_is_another_shape() {
    TargetPreview one = stop(1, "17/a", "db1");
    TargetPreview two =
        target(2, "db2", one.steps().getFirst(), step("look at db2", "db2", "true"));
    assertThat(PlanShape.of(List.of(one, two))).hasSize(2);
  }

  @Test
  void a_lone_target_keeps_every_word() {
    TargetPreview one = stop(1, "17/a", "db1");
    assertThat(PlanShape.of(List.of(one)).getFirst().steps()).isEqualTo(one.steps());
  }

  @Test
  void what_changed_since_the_plan_was_shown_is_said() {
    TargetPreview ready = stop(1, "17/a", "db1");
    TargetPreview refused =
        new TargetPreview(
            ready.target(),
            "db1",
            null,
            List.of(Check.failed("herd is free", "job 7 holds it", "Wait.")),
            true,
            List.of(),
            "refused",
            null);
    TargetPreview other =
        new TargetPreview(
            Target.instance(2), "db2", null, List.of(), false, ready.steps(), "another hash", 1);
    Preview shown = new Preview("Stop", List.of(ready, stop(2, "17/a", "db2")), "x");
    Preview now = new Preview("Stop", List.of(refused, other), "y");
    assertThat(PlanChanges.between(shown, now))
        .containsExactly(
            "db1 is refused now: herd is free, job 7 holds it",
            "db2: \"stop PostgreSQL 17/a on db1 (fast)\" instead of \"stop PostgreSQL 17/a on db2"
                + " (fast)\"");
    assertThat(PlanChanges.between(shown, shown)).isEmpty();
  }
}
