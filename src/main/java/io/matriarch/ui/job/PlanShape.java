package io.matriarch.ui.job;

import io.matriarch.job.Preview.PlannedStep;
import io.matriarch.job.Preview.TargetPreview;
import io.matriarch.job.Step.HostCommand;
import io.matriarch.job.StepKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same plan on several targets: what their lines have in common, with {@code …} for the words
 * that each target fills with its own. A hundred targets are read once this way.
 */
record PlanShape(List<PlannedStep> steps, List<TargetPreview> targets) {

  static final String BLANK = "…";

  PlanShape {
    steps = List.copyOf(steps);
    targets = List.copyOf(targets);
  }

  /** Two lines are of one form when they begin alike and are equally long. */
  private record Form(StepKind kind, boolean pastPoint, List<String> lines) {
    static Form of(PlannedStep step) {
      List<String> lines = new ArrayList<>();
      lines.add(outline(step.describe()));
      step.commands().forEach(command -> lines.add(outline(command.command())));
      return new Form(step.kind(), step.pastPoint(), lines);
    }

    private static String outline(String line) {
      String[] words = words(line);
      return words[0] + " " + words.length;
    }
  }

  /** Groups targets whose plans have one form, in the order of the first of each. */
  static List<PlanShape> of(Collection<TargetPreview> accepted) {
    Map<List<Form>, List<TargetPreview>> groups = new LinkedHashMap<>();
    for (TargetPreview target : accepted) {
      List<Form> form = target.steps().stream().map(Form::of).toList();
      groups.computeIfAbsent(form, f -> new ArrayList<>()).add(target);
    }
    return groups.values().stream().map(PlanShape::common).toList();
  }

  private static PlanShape common(List<TargetPreview> targets) {
    List<PlannedStep> steps = targets.getFirst().steps();
    for (TargetPreview target : targets) {
      List<PlannedStep> merged = new ArrayList<>();
      for (int i = 0; i < steps.size(); i++) {
        merged.add(merge(steps.get(i), target.steps().get(i)));
      }
      steps = merged;
    }
    return new PlanShape(steps, targets);
  }

  private static PlannedStep merge(PlannedStep a, PlannedStep b) {
    List<HostCommand> commands = new ArrayList<>();
    for (int i = 0; i < a.commands().size(); i++) {
      HostCommand x = a.commands().get(i);
      HostCommand y = b.commands().get(i);
      commands.add(
          new HostCommand(
              x.host().equals(y.host()) ? x.host() : BLANK, merge(x.command(), y.command())));
    }
    return new PlannedStep(a.kind(), merge(a.describe(), b.describe()), commands, a.pastPoint());
  }

  private static String merge(String a, String b) {
    if (a.equals(b)) {
      return a;
    }
    String[] left = words(a);
    String[] right = words(b);
    for (int i = 0; i < left.length; i++) {
      left[i] = left[i].equals(right[i]) ? left[i] : blank(left[i], right[i]);
    }
    return String.join(" ", left);
  }

  /** Keeps the version of {@code 17/main}. */
  private static String blank(String a, String b) {
    int slash = a.indexOf('/');
    return slash > 0 && b.startsWith(a.substring(0, slash + 1))
        ? a.substring(0, slash + 1) + BLANK
        : BLANK;
  }

  private static String[] words(String line) {
    return line.split(" ", -1);
  }
}
