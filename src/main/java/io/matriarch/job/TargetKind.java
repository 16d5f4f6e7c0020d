package io.matriarch.job;

/** What an action can be asked of. */
public enum TargetKind {
  INSTANCE,
  HERD,
  SERVER
}
