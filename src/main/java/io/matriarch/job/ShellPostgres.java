package io.matriarch.job;

/** {@link Postgres} over the run's shell. */
final class ShellPostgres implements Postgres {

  private final RunShell shell;

  ShellPostgres(RunShell shell) {
    this.shell = shell;
  }

  @Override
  public Seen look(InstanceRef instance) throws StepFailed, InterruptedException {
    throw new UnsupportedOperationException();
  }
}
