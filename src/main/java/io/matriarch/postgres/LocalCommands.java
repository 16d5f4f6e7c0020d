package io.matriarch.postgres;

/**
 * Runs programs on the host of an instance as the owner of its data directory.
 *
 * @param <E> what is thrown if there is no result
 */
@FunctionalInterface
public interface LocalCommands<E extends Exception> {

  /** A non-zero exit is a result. */
  Output run(LocalCommand command) throws E, InterruptedException;

  /** What a program left behind. */
  record Output(int exit, String stdout, String stderr) {}
}
