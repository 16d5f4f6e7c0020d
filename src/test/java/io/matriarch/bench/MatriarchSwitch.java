package io.matriarch.bench;

import io.matriarch.lab.LabHerd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code herd.switchover} by the API of a console. */
final class MatriarchSwitch implements Contestant {

  private final LabBenchConsole console;
  private final LabHerd herd;
  private final long id;
  private final String label;
  private final Map<String, String> options;
  private final String url;
  private final Path profile;
  private long job;

  /**
   * @param profile gets the log of each job, with the begin and the end of what clients felt
   */
  MatriarchSwitch(
      LabBenchConsole console,
      LabHerd herd,
      long id,
      String label,
      Map<String, String> options,
      String url,
      Path profile) {
    this.console = console;
    this.herd = herd;
    this.id = id;
    this.label = label;
    this.options = options;
    this.url = url;
    this.profile = profile;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public void settle() throws IOException {
    console.fleet().discover(herd);
  }

  @Override
  public void switchOver() throws IOException, InterruptedException {
    job = console.run("herd.switchover", Map.of("herd", id), options);
  }

  @Override
  public void felt(Felt felt) throws IOException {
    List<String> lines = new ArrayList<>(console.log(job));
    lines.add(time(felt.from()) + " ==== last commit before");
    lines.add(time(felt.to()) + " ==== first commit after");
    lines.sort(null);
    lines.addFirst("%n#### %s, job %d: %.0f ms".formatted(label, job, felt.millis()));
    Files.write(profile, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String time(java.time.Instant instant) {
    return java.time.format.DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS")
        .withZone(java.time.ZoneOffset.UTC)
        .format(instant);
  }
}
