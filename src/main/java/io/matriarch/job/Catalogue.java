package io.matriarch.job;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** All actions there are, by name. */
@Component
public class Catalogue {

  private final Map<ActionName, Action> actions = new LinkedHashMap<>();

  Catalogue(Collection<Action> all) {
    all.stream()
        .sorted(Comparator.comparing(Action::mends).thenComparing(action -> action.name().value()))
        .forEach(
            a -> {
              if (actions.put(a.name(), a) != null) {
                throw new IllegalStateException("two actions are named " + a.name());
              }
            });
  }

  public List<Action> all() {
    return List.copyOf(actions.values());
  }

  /** The actions that a target of this kind understands. */
  public List<Action> of(TargetKind kind) {
    return actions.values().stream().filter(a -> a.targets().contains(kind)).toList();
  }

  public Optional<Action> find(ActionName name) {
    return Optional.ofNullable(actions.get(name));
  }
}
