package io.matriarch.ui.job;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;
import io.matriarch.job.JobRow;
import io.matriarch.job.RunRow;
import io.matriarch.job.RunState;
import io.matriarch.ui.component.Figures;
import java.util.List;

/** Says what cancelling will do before it is done. */
final class CancelDialog extends Dialog {

  CancelDialog(JobRow job, List<RunRow> runs, Runnable cancel) {
    setHeaderTitle("Cancel job " + job.id() + "?");
    setWidth("min(560px, 94vw)");
    long queued = count(runs, RunState.QUEUED);
    long past = runs.stream().filter(r -> r.state() == RunState.RUNNING && r.pastPoint()).count();
    long before = count(runs, RunState.RUNNING) - past;
    long done = runs.stream().filter(r -> r.state().isEnded()).count();
    say(
        queued,
        "has not begun and ends as cancelled now.",
        "have not begun and end as cancelled now.");
    say(
        before,
        "is running: it finishes the step it is in, its cleanups run, then it stops.",
        "are running: each finishes the step it is in, its cleanups run, then it stops.");
    say(
        past,
        "is past its point of no return and is finished, since stopping there would leave no service.",
        "are past their point of no return and are finished, since stopping there would leave no service.");
    say(done, "has ended and stays as it is.", "have ended and stay as they are.");
    Button stop = new Button("Cancel the rest of job " + job.id());
    stop.addThemeName("danger");
    stop.addClickListener(
        click -> {
          close();
          cancel.run();
        });
    getFooter().add(new Button("Let it run", click -> close()), stop);
  }

  private void say(long number, String one, String many) {
    if (number > 0) {
      add(new Paragraph(Figures.count(number, "run", "runs") + " " + (number == 1 ? one : many)));
    }
  }

  private static long count(List<RunRow> runs, RunState state) {
    return runs.stream().filter(run -> run.state() == state).count();
  }
}
