package io.matriarch.pool;

import java.util.List;

/**
 * A program with its arguments, and what it reads from standard input, to be run on the host of the
 * pooler as the owner of its process.
 */
public record LocalCommand(List<String> arguments, String stdin) {

  public LocalCommand {
    arguments = List.copyOf(arguments);
  }

  /** What the program left behind. */
  public record Output(int exit, String stdout, String stderr) {}
}
