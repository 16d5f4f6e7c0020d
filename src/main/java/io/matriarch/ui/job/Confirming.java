package io.matriarch.ui.job;

import io.matriarch.job.Action;
import io.matriarch.job.Target;
import java.util.List;

/** Opens the dialog in which a plan is read and confirmed. */
public interface Confirming {

  void open(Action action, List<Target> targets);
}
