package io.matriarch.hook;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One script while it runs. */
final class HookProcess {

  private static final int MOST_LINES = 1000;
  private static final int LONGEST_LINE = 2000;
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Path script;
  private final String input;
  private final Duration limit;
  private final Consumer<String> line;
  private final AtomicInteger lines = new AtomicInteger();

  HookProcess(Path script, String input, Duration limit, Consumer<String> line) {
    this.script = script;
    this.input = input;
    this.limit = limit;
    this.line = line;
  }

  HookResult run() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(script.toString());
    builder.directory(Path.of("/").toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LANG", "C.UTF-8");
    long begun = System.nanoTime();
    Process process = builder.start();
    try {
      Thread reader = Thread.ofVirtual().start(() -> read(process.getInputStream()));
      Thread.ofVirtual().start(() -> write(process.getOutputStream()));
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        end(process);
      }
      // What it left behind may hold its output open for ever.
      reader.join(GRACE);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      return new HookResult(ended ? process.exitValue() : -1, !ended, took);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /** A script need not read what it is told. */
  private void write(OutputStream stdin) {
    try (stdin) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended or closed its input; its exit status says the rest.
    }
  }

  private void read(InputStream stdout) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stdout, StandardCharsets.UTF_8))) {
      StringBuilder text = new StringBuilder();
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        if (c == '\n') {
          tell(text);
        } else if (text.length() < LONGEST_LINE) {
          text.append((char) c);
        }
      }
      if (!text.isEmpty()) {
        tell(text);
      }
    } catch (IOException e) {
      // Closed at its limit.
    }
  }

  private void tell(StringBuilder text) {
    int n = lines.incrementAndGet();
    if (n <= MOST_LINES) {
      line.accept(text.toString());
    } else if (n == MOST_LINES + 1) {
      line.accept("(its further output is left out)");
    }
    text.setLength(0);
  }
}
