package io.matriarch.hook;

/** When a script runs; each has a directory of its own. */
public enum HookPhase {
  PRE_SWITCHOVER("pre-switchover"),
  POST_SWITCHOVER("post-switchover");

  private final String event;

  HookPhase(String event) {
    this.event = event;
  }

  /** As the scripts are told it. */
  public String event() {
    return event;
  }

  String directory() {
    return event + ".d";
  }
}
