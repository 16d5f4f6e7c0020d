package io.matriarch.job;

/** Takes lines for the log of one run. */
public interface RunLog {

  /** What a line is. */
  enum Kind {
    INFO,
    COMMAND,
    STDOUT,
    STDERR,
    EXIT,
    ERROR
  }

  /**
   * @param source the host or part it comes from; empty for the engine itself
   */
  void line(Kind kind, String source, String text);

  default void info(String text) {
    line(Kind.INFO, "", text);
  }
}
