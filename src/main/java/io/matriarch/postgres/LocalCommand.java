package io.matriarch.postgres;

import java.util.List;

/** A program with its arguments, and what it reads from standard input. */
public record LocalCommand(List<String> arguments, String stdin) {

  public LocalCommand {
    arguments = List.copyOf(arguments);
  }
}
