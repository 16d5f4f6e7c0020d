package io.matriarch.action.herd;

import io.matriarch.job.Action;
import io.matriarch.job.ActionName;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Role;
import java.util.List;
import java.util.Set;

/** What the actions that finish or mend what leads clients to a herd's primary have in common. */
abstract class MendHerd implements Action {

  private final ActionName name;
  private final String label;
  private final String help;

  MendHerd(String name, String label, String help) {
    this.name = new ActionName(name);
    this.label = label;
    this.help = help;
  }

  @Override
  public final ActionName name() {
    return name;
  }

  @Override
  public final boolean mends() {
    return true;
  }

  @Override
  public final String label() {
    return label;
  }

  @Override
  public final String help() {
    return help;
  }

  @Override
  public final Set<TargetKind> targets() {
    return Set.of(TargetKind.HERD);
  }

  @Override
  public final Role requires() {
    return Role.DBA;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }
}
