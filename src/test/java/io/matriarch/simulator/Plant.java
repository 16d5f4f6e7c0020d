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
  PROOF_NOT_COMPARED
}
