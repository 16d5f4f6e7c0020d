package io.matriarch.api;

import io.matriarch.job.LogLine;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stretch of a job's log. */
@Schema(name = "Log")
record LogJson(
    List<Line> items, @Schema(description = "Ask with after=next for what comes then") long next) {

  /** One line; the text is as the host sent it, control characters made visible. */
  @Schema(name = "LogLine")
  record Line(
      long seq,
      Instant at,
      @Nullable Long run,
      @Nullable Integer step,
      @Schema(description = "info, command, stdout, stderr, exit, error") String stream,
      @Schema(description = "The host; empty for Matriarch itself") String source,
      String text) {

    static Line of(LogLine line) {
      return new Line(
          line.seq(),
          line.at(),
          line.run(),
          line.step(),
          line.stream(),
          line.source(),
          line.text());
    }
  }

  static LogJson of(List<LogLine> lines, long after) {
    return new LogJson(
        lines.stream().map(Line::of).toList(), lines.isEmpty() ? after : lines.getLast().seq());
  }
}
