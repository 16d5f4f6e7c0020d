package io.matriarch.bench;

import java.io.IOException;

/** One way to switch a primary over, with clusters of its own and clients that write to them. */
interface Contestant extends AutoCloseable {

  String label();

  /** Where its clients connect to. */
  String url();

  /** Returns once the next switch may begin. */
  default void settle() throws IOException {}

  /** Returns once the switch is over, whatever else is still being tidied up. */
  void switchOver() throws IOException, InterruptedException;

  /** Says when clients felt it. */
  default void felt(Felt felt) throws IOException {}

  @Override
  default void close() throws IOException, InterruptedException {}
}
