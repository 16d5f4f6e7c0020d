package io.matriarch.job;

import org.jspecify.annotations.Nullable;

/** Looks at one instance now: what state proves, never what a command printed. */
public interface Postgres {

  /**
   * @throws StepFailed when the host cannot be asked; nothing is known then
   */
  Seen look(InstanceRef instance) throws StepFailed, InterruptedException;

  /** What was seen of an instance. */
  sealed interface Seen {

    /** Accepts connections; writable unless in recovery. */
    record Running(boolean inRecovery, @Nullable Integer timeline, @Nullable String lsn)
        implements Seen {
      @Override
      public String toString() {
        return inRecovery ? "running as a standby" : "running as a primary";
      }
    }

    /**
     * No process of the server is left; pg_control says how it ended.
     *
     * @param checkpoint where the record of its latest checkpoint begins
     */
    record Stopped(
        @Nullable String controlState,
        @Nullable Integer timeline,
        @Nullable String checkpoint,
        @Nullable String systemIdentifier)
        implements Seen {
      @Override
      public String toString() {
        return "stopped (pg_control: " + controlState + ")";
      }
    }

    /** A postmaster is there, but does not accept connections. */
    record NotAnswering(String reason) implements Seen {
      @Override
      public String toString() {
        return "running but not accepting connections (" + reason + ")";
      }
    }
  }
}
