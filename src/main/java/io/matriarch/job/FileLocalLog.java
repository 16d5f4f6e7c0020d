package io.matriarch.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@link LocalLog} in a directory: one file a run, one line of JSON for each line of its log. */
final class FileLocalLog implements LocalLog {

  private static final Logger LOG = LoggerFactory.getLogger(FileLocalLog.class);
  private static final String SUFFIX = ".jsonl";

  private record Kept(
      long run,
      int attempt,
      @Nullable Integer step,
      RunLog.Kind kind,
      String source,
      String text,
      String at) {}

  private final Path directory;

  /** Written into our database, and not deleted yet. */
  private final Set<Path> taken = new HashSet<>();

  private final JsonMapper json = JsonMapper.builder().build();

  FileLocalLog(Path directory) {
    this.directory = directory;
  }

  @Override
  public synchronized void keep(Owned run, List<Runs.Line> lines) {
    StringBuilder text = new StringBuilder();
    for (Runs.Line line : lines) {
      text.append(json.writeValueAsString(kept(run, line))).append('\n');
    }
    try {
      Files.createDirectories(directory);
      append(directory.resolve(run.runId() + SUFFIX), text.toString());
      sync(directory);
    } catch (IOException e) {
      // Clients wait: what is not kept here is told by the hosts when the run is taken up.
      LOG.error("run {}: what it does cannot be kept in {}", run.runId(), directory, e);
    }
  }

  private static Kept kept(Owned run, Runs.Line line) {
    return new Kept(
        run.runId(),
        run.attempt(),
        line.step(),
        line.kind(),
        line.source(),
        line.text(),
        line.at().toString());
  }

  private static void append(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  @Override
  public synchronized void reconcile(Runs runs) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        if (!taken.contains(file)) {
          take(file, runs);
        }
        Files.delete(file);
        taken.remove(file);
      }
    } catch (IOException e) {
      LOG.error("{} cannot be read or cleared; it is tried again", directory, e);
    }
  }

  private void take(Path file, Runs runs) throws IOException {
    List<Kept> lines = read(file);
    if (!lines.isEmpty()) {
      runs.reconcile(
          lines.getFirst().run(),
          lines.getFirst().attempt(),
          lines.stream().map(FileLocalLog::line).toList());
    }
    taken.add(file);
  }

  private List<Kept> read(Path file) throws IOException {
    List<Kept> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      try {
        lines.add(json.readValue(line, Kept.class));
      } catch (JacksonException e) {
        LOG.warn("{}: a crash cut a line short", file);
      }
    }
    return lines;
  }

  private static Runs.Line line(Kept kept) {
    return new Runs.Line(
        kept.step(), kept.kind(), kept.source(), kept.text(), Instant.parse(kept.at()));
  }
}
