package io.matriarch.bench;

import io.matriarch.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code src/lab/contest} works: scripts by hand and other managers. */
final class ScriptedSwitch implements Contestant {

  private final Lab lab;
  private final String name;
  private final String label;
  private final Path log;
  private final Map<String, String> environment;
  private final String url;

  ScriptedSwitch(
      Lab lab, String name, String label, Path log, Map<String, String> environment, String url) {
    this.lab = lab;
    this.name = name;
    this.label = label;
    this.log = log;
    this.environment = environment;
    this.url = url;
  }

  static void setUp(Lab lab, String name, Path log) throws IOException, InterruptedException {
    run(lab, name, log, Map.of(), "setup");
  }

  static void takeDown(Lab lab, String name, Path log) throws IOException, InterruptedException {
    run(lab, name, log, Map.of(), "close");
  }

  private static void run(
      Lab lab, String name, Path log, Map<String, String> environment, String verb)
      throws IOException, InterruptedException {
    Programs.run(
        log, environment, List.of("src/lab/contest", lab.directory().toString(), name, verb));
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
  public void switchOver() throws IOException, InterruptedException {
    run(lab, name, log, environment, "switch");
  }
}
