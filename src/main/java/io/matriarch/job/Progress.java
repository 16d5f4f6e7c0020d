package io.matriarch.job;

/** How far a step has come that takes long, for those who watch it. */
@FunctionalInterface
public interface Progress {

  /**
   * Shows it; best every few seconds.
   *
   * @param what is being done
   * @param done bytes
   * @param total bytes; 0 if it is not known
   * @return whether somebody has cancelled the job meanwhile: a step that can stop in a stated,
   *     safe state does, and throws {@link StepFailed#cancelled}
   */
  boolean tell(String what, long done, long total);
}
