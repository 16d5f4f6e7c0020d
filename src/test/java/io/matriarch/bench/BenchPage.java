package io.matriarch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page of figures: one section a part, each with the machine and day it was measured on. */
final class BenchPage {

  private static final String HEAD =
      "# Benchmarks\n\nWritten by `./dev bench`; README and `./dev help` say how.\n";

  private final Path file;
  private final String machine;
  private final Map<String, String> sections = new LinkedHashMap<>();

  BenchPage(Path file, String machine) throws IOException {
    this.file = file;
    this.machine = machine;
    if (Files.exists(file)) {
      String[] parts = Files.readString(file).split("(?m)^(?=## )");
      for (int i = 1; i < parts.length; i++) {
        sections.put(title(parts[i]), parts[i].strip());
      }
    }
  }

  /** Prints a section, and writes it in the place of the one with its title. */
  void put(String section) throws IOException {
    String title = title(section);
    String table = section.substring(section.indexOf('\n')).strip();
    String text =
        "%s\n\n%s\n\nMeasured %s on %s."
            .formatted(title, table, java.time.LocalDate.now(java.time.ZoneOffset.UTC), machine);
    System.out.println(text);
    sections.put(title, text);
    Files.writeString(file, HEAD + "\n" + String.join("\n\n", sections.values()) + "\n");
  }

  private static String title(String section) {
    return section.lines().findFirst().orElse("");
  }
}
