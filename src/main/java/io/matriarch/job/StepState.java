package io.matriarch.job;

/** How far one step or cleanup of a run has come. */
public enum StepState {
  PENDING,
  RUNNING,
  SUCCEEDED,
  FAILED,
  SKIPPED
}
