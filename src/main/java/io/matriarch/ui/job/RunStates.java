package io.matriarch.ui.job;

import io.matriarch.job.JobRow;
import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.job.StepState;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Tone;

/** How states of jobs, runs and steps are worded and coloured. */
public final class RunStates {

  private static final StateText SCHEDULED =
      new StateText("scheduled", Tone.IDLE, "It begins when its window opens");

  private RunStates() {}

  public static StateText of(RunState state) {
    return switch (state) {
      case QUEUED -> StateText.of("queued", Tone.IDLE);
      case RUNNING -> StateText.of("running", Tone.BUSY);
      case SUCCEEDED -> StateText.of("succeeded", Tone.DONE);
      case CANCELLED -> StateText.of("cancelled", Tone.IDLE);
      case REFUSED -> StateText.of("refused", Tone.WARN);
      case INTERRUPTED -> StateText.of("interrupted", Tone.WARN);
      case FAILED -> StateText.of("failed", Tone.BAD);
      case FAILED_UNCLEAN ->
          new StateText(
              "failed, unclean", Tone.BAD, "A cleanup failed too; the message names what is left");
    };
  }

  /** A job whose window has yet to open is not merely queued. */
  public static StateText of(JobRow job) {
    return job.scheduled() ? SCHEDULED : of(job.state());
  }

  static StateText of(JobRow job, RunRow run) {
    return job.scheduled() && run.state() == RunState.QUEUED ? SCHEDULED : of(run.state());
  }

  static StateText of(StepState state) {
    return switch (state) {
      case PENDING -> StateText.of("pending", Tone.IDLE);
      case RUNNING -> StateText.of("running", Tone.BUSY);
      case SUCCEEDED -> StateText.of("done", Tone.DONE);
      case FAILED -> StateText.of("failed", Tone.BAD);
      case SKIPPED -> StateText.of("skipped", Tone.IDLE);
    };
  }
}
