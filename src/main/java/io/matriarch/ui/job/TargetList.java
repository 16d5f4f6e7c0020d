package io.matriarch.ui.job;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import io.matriarch.job.Preview;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.job.TargetKind;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The targets of a job to be: refused ones first, then one common plan for all that get the same,
 * with a line for each.
 */
final class TargetList extends Div {

  private static final int AT_ONCE = 100;
  private static final Comparator<TargetPreview> WORST_FIRST =
      Comparator.comparing((TargetPreview t) -> Verdict.of(t).severity()).reversed();

  private static final Comparator<TargetPreview> BY_WAVE =
      Comparator.comparing(
          TargetPreview::wave, Comparator.nullsLast(Comparator.<Integer>naturalOrder()));

  private final transient UnaryOperator<String> optionLabel;

  TargetList(UnaryOperator<String> optionLabel) {
    this.optionLabel = optionLabel;
    addClassName("targets");
  }

  void show(Preview preview, TargetKind kind) {
    removeAll();
    if (preview.targets().size() == 1) {
      add(TargetPlan.content(preview.targets().getFirst(), optionLabel));
      return;
    }
    List<TargetPreview> refused = preview.refused();
    if (!refused.isEmpty()) {
      add(TargetPlan.heading("Nothing will be done on " + Nouns.count(kind, refused.size())));
      addRows(refused, false);
    }
    boolean inWaves = preview.targets().stream().anyMatch(t -> t.wave() != null && t.wave() > 1);
    List<PlanShape> shapes = PlanShape.of(preview.accepted());
    for (PlanShape shape : shapes) {
      add(TargetPlan.heading(title(shape, kind, shapes.size() > 1)), new PlanLines(shape.steps()));
      Div targets = TargetPlan.heading("Where");
      targets.addClassName("where");
      add(targets);
      addRows(shape.targets().stream().sorted(inWaves ? BY_WAVE : WORST_FIRST).toList(), inWaves);
    }
  }

  private static String title(PlanShape shape, TargetKind kind, boolean several) {
    int number = shape.targets().size();
    if (number == 1) {
      return "What will be done on " + shape.targets().getFirst().name();
    }
    return "What will be done on %s%s"
        .formatted(several ? "" : "each of ", Nouns.count(kind, number));
  }

  private void addRows(List<TargetPreview> targets, boolean inWaves) {
    int to = Math.min(targets.size(), AT_ONCE);
    targets.subList(0, to).forEach(target -> add(new TargetPlan(target, optionLabel, inWaves)));
    if (to < targets.size()) {
      Div rest = new Div();
      NativeButton more = new NativeButton("Show %d more".formatted(targets.size() - to));
      more.addClassName("linklike");
      more.addClickListener(
          click -> {
            rest.removeAll();
            TargetList further = new TargetList(optionLabel);
            further.addRows(targets.subList(to, targets.size()), inWaves);
            rest.add(further);
          });
      rest.add(more);
      add(rest);
    }
  }
}
