package io.matriarch.simulator;

/** A defect put in on purpose, to see that the simulator finds it. */
enum Plant {
  GUARD_IGNORED,
  EXPIRY_NOT_ARMED,
  REPLAY_NOT_PROVED,
  STOP_NOT_PROVED,
  TERM_NOT_CHECKED,
  SIGNAL_NOT_WRITTEN,
  POINT_NOT_STORED,
  AUDIT_SKIPPED,
  PROOF_NOT_COMPARED,
  LOGIN_AFTER_GUARD,
  COMMITS_NOT_HELD,
  NAMES_NOT_RESTORED,
  SIGNATURE_WITHOUT_AGE,
  NAMES_NOT_AWAITED,
  SCRIPT_FAILURE_IGNORED,
  SLOTS_LEFT,
  SLOTS_NOT_RESERVED,
  FENCE_NOT_KEPT,
  TAIL_NOT_AWAITED,
  DOOR_LEFT_OPEN,
  NAME_FORGOTTEN;

  /** Whether only a failover can show it. */
  boolean isOfFailovers() {
    return this == FENCE_NOT_KEPT || this == TAIL_NOT_AWAITED || this == DOOR_LEFT_OPEN;
  }
}
