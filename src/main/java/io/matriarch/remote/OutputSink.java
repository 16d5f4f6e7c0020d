package io.matriarch.remote;

/** Takes the output of a running command line by line; never called by two threads at once. */
@FunctionalInterface
public interface OutputSink {

  OutputSink NONE = (stream, text) -> {};

  /**
   * @param text one line without its end; harmless to show: control characters are made visible,
   *     bytes that are not UTF-8 are U+FFFD, overlong lines come in pieces
   */
  void line(Stream stream, String text);

  /** Which of the two outputs of a program a line came from. */
  enum Stream {
    STDOUT,
    STDERR
  }
}
