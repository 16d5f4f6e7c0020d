package io.matriarch.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@link LocalLog} for as long as its console lives. */
final class MemoryLocalLog implements LocalLog {

  private final Map<Owned, List<Runs.Line>> kept = new LinkedHashMap<>();

  @Override
  public void keep(Owned run, List<Runs.Line> lines) {
    kept.computeIfAbsent(run, r -> new ArrayList<>()).addAll(lines);
  }

  @Override
  public void reconcile(Runs runs) {
    kept.forEach((run, lines) -> runs.reconcile(run.runId(), run.attempt(), lines));
    kept.clear();
  }
}
