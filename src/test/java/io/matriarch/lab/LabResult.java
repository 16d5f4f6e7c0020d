package io.matriarch.lab;

/** What a command said and how it ended; 124 if its time was over. */
public record LabResult(int exitCode, String output, String errors) {

  public boolean timedOut() {
    return exitCode == LabCommand.TIMED_OUT;
  }
}
