package io.matriarch.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** From the start of the packaged console to its sign-in page, with a database that exists. */
final class StartBench {

  private static final int ROUNDS = 5;
  private static final int PORT = 18_099;

  private final List<String> command;
  private final Path directory;

  /**
   * @param command what starts the packaged console
   */
  StartBench(List<String> command, Path directory) {
    this.command = command;
    this.directory = directory;
  }

  String measure() throws Exception {
    Files.createDirectories(directory);
    start();
    Series starts = new Series();
    for (int i = 0; i < ROUNDS; i++) {
      starts.add(start());
    }
    return """
        ## Packaged console, start to sign-in page, seconds

        | median | min | max |
        | --- | --- | --- |
        | %s |
        """
        .formatted(starts.seconds());
  }

  private double start() throws Exception {
    List<String> full = new java.util.ArrayList<>(command);
    full.add("--server.port=" + PORT);
    full.add("--matriarch.data-directory=" + directory.resolve("data"));
    Process[] console = new Process[1];
    double millis =
        Series.timed(
            () -> {
              console[0] =
                  new ProcessBuilder(full)
                      .redirectErrorStream(true)
                      .redirectOutput(directory.resolve("console.log").toFile())
                      .start();
              awaitSignIn(console[0]);
            });
    console[0].destroy();
    if (!console[0].waitFor(60, TimeUnit.SECONDS)) {
      console[0].destroyForcibly();
    }
    return millis;
  }

  private void awaitSignIn(Process console) throws Exception {
    HttpRequest login =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/login")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 6000 && console.isAlive(); i++) {
        try {
          if (client.send(login, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          Thread.sleep(10);
        }
      }
    }
    throw new IOException("the console did not come up; see " + directory.resolve("console.log"));
  }
}
