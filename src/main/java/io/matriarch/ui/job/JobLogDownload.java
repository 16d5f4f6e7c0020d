package io.matriarch.ui.job;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.server.streams.DownloadEvent;
import com.vaadin.flow.server.streams.DownloadHandler;
import io.matriarch.job.JobLog;
import io.matriarch.job.LogLine;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The whole log of a job as a text file. */
final class JobLogDownload {

  private static final int PAGE = 5000;

  private JobLogDownload() {}

  static Anchor of(JobLog log, long job) {
    Anchor anchor = new Anchor((DownloadHandler) event -> write(log, job, event), "Download log");
    anchor.addClassName("button");
    anchor.getElement().setAttribute("download", "job-" + job + ".log");
    return anchor;
  }

  private static List<LogLine> read(JobLog log, long job, long after) throws IOException {
    return log.after(job, after, null, "", PAGE)
        .orElseThrow(
            () ->
                new IOException(
                    "the log of job %d is held up by a writer; the file is not complete, try again"
                        .formatted(job)));
  }

  private static void write(JobLog log, long job, DownloadEvent event) throws IOException {
    event.setFileName("job-" + job + ".log");
    event.setContentType("text/plain; charset=utf-8");
    try (Writer out = new OutputStreamWriter(event.getOutputStream(), StandardCharsets.UTF_8)) {
      long after = 0;
      List<LogLine> lines;
      do {
        lines = read(log, job, after);
        for (LogLine line : lines) {
          out.write(
              "%s\t%s\t%s\t%s\n".formatted(line.at(), line.source(), line.stream(), line.text()));
          after = line.seq();
        }
      } while (lines.size() == PAGE);
    }
  }
}
