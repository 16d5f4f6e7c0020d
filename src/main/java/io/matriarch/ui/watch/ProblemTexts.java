package io.matriarch.ui.watch;

import io.matriarch.ui.component.Tone;
import io.matriarch.watch.ProblemRow;
import org.jspecify.annotations.Nullable;

/** How problems are worded, coloured and linked. */
final class ProblemTexts {

  private ProblemTexts() {}

  static Tone tone(ProblemRow problem) {
    return problem.severity().equals("critical") ? Tone.BAD : Tone.WARN;
  }

  static String kind(ProblemRow problem) {
    return problem.kind().replace('-', ' ');
  }

  static @Nullable String link(ProblemRow problem) {
    if (problem.jobId() != null) {
      return "jobs/" + problem.jobId();
    }
    if (problem.instanceId() != null) {
      return "instances/" + problem.instanceId();
    }
    if (problem.herdId() != null) {
      return "herds/" + problem.herdId();
    }
    return problem.serverId() == null ? null : "servers/" + problem.serverId();
  }

  static String where(ProblemRow problem) {
    String herd = problem.herd();
    String server = problem.server();
    if (herd != null && server != null) {
      return herd + " · " + server;
    }
    return herd != null ? herd : server == null ? "" : server;
  }
}
