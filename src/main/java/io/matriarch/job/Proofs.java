package io.matriarch.job;

import java.util.Optional;

/**
 * What a run proves, the run keeps: stored with its steps at once, never written by reports or
 * probes.
 */
public interface Proofs {

  /** Keeps a proof under the running step; durable when this returns. */
  void keep(String name, String value);

  /** The latest proof of that name in this run. */
  Optional<String> find(String name);
}
