package io.matriarch.action;

import io.matriarch.check.Check;
import io.matriarch.inventory.Fleet;
import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.Catalogue;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.Options;
import io.matriarch.job.Plan;
import io.matriarch.job.Step;
import io.matriarch.job.Target;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The real actions, found as the application finds them. */
final class Catalogued implements AutoCloseable {

  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();

  Catalogued() {
    context.scan("io.matriarch.action");
    context.register(Catalogue.class);
    context.refresh();
  }

  Action action(String name) {
    return context.getBean(Catalogue.class).find(new ActionName(name)).orElseThrow();
  }

  List<Action> all() {
    return context.getBean(Catalogue.class).all();
  }

  static Options options(Action action, Map<String, String> given) {
    Map<String, String> values = new TreeMap<>();
    for (OptionSpec spec : action.options()) {
      values.put(spec.name(), spec.standard());
    }
    values.putAll(given);
    return new Options(values);
  }

  List<String> steps(String name, Target target, Fleet fleet) {
    return steps(name, target, fleet, Map.of());
  }

  List<String> steps(String name, Target target, Fleet fleet, Map<String, String> given) {
    Action action = action(name);
    return action.plan(target, fleet, options(action, given)).entries().stream()
        .flatMap(Catalogued::lines)
        .toList();
  }

  private static Stream<String> lines(Plan.Entry entry) {
    Step undo = entry.onFailure();
    return undo == null
        ? Stream.of(entry.step().describe())
        : Stream.of(entry.step().describe(), "else " + undo.describe());
  }

  List<Check> failed(String name, Target target, Fleet fleet) {
    return failed(name, target, fleet, Map.of());
  }

  List<Check> failed(String name, Target target, Fleet fleet, Map<String, String> given) {
    return checks(name, target, fleet, given).stream().filter(Check::hasFailed).toList();
  }

  List<Check> checks(String name, Target target, Fleet fleet) {
    return checks(name, target, fleet, Map.of());
  }

  private List<Check> checks(String name, Target target, Fleet fleet, Map<String, String> given) {
    Action action = action(name);
    return action.checks(target, fleet, options(action, given));
  }

  @Override
  public void close() {
    context.close();
  }
}
