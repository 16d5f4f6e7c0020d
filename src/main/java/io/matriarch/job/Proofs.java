package io.matriarch.job;

import java.util.Optional;

/**
 * What a run proves, the run keeps: stored with its steps at once, never written by reports or
 * probes.
 */
public interface Proofs {

  /** Keeps a proof under the running step; durable when this returns. */
  void keep(String name, String value);

  /**
   * Whether this attempt kept a proof of that name itself, so that nothing can have happened since
   * without it. One that an earlier attempt kept may be old.
   */
  boolean isFresh(String name);

  /** The latest proof of that name in this run. */
  Optional<String> find(String name);
}
