package io.matriarch.simulator;

import io.matriarch.job.Action;
import io.matriarch.job.StepType;
import java.util.List;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The real actions and step types, found as the application finds them. */
final class Production {

  private static final List<Action> ACTIONS;
  private static final List<StepType> STEPS;

  static {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.scan("io.matriarch.action");
      context.refresh();
      ACTIONS = List.copyOf(context.getBeansOfType(Action.class).values());
      STEPS = List.copyOf(context.getBeansOfType(StepType.class).values());
    }
  }

  private Production() {}

  static List<Action> actions() {
    return ACTIONS;
  }

  static List<StepType> steps() {
    return STEPS;
  }
}
