package io.matriarch.job;

/** A step, one of the two kinds of cleanup, or the look at the target that ends every run. */
public enum StepKind {
  STEP,
  ALWAYS,
  ON_FAILURE,
  LAST
}
