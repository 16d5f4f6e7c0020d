package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/scenarios.md names tests that exist, and misses no scenario and no rule. */
class ScenariosPageTest {

  private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+Test)\\.([a-z0-9_]+)`");

  @Test
  void each_test_that_the_page_names_exists() throws IOException {
    List<String> gone = new ArrayList<>();
    Matcher named = TEST.matcher(page());
    int count = 0;
    while (named.find()) {
      count++;
      if (!source(named.group(1)).contains("void " + named.group(2) + "(")) {
        gone.add(named.group());
      }
    }
    assertThat(count).isGreaterThan(60);
    assertThat(gone).isEmpty();
  }

  @Test
  void each_scenario_and_each_rule_has_its_row() throws IOException {
    String page = page();
    Stream<String> scenarios =
        Stream.concat(
                Stream.iterate(1, i -> i <= 26, i -> i + 1),
                Stream.of(28, 30, 31, 32, 33, 34, 35, 40, 42, 45, 54, 55))
            .map(i -> "\n| " + i + " |");
    Stream<String> rules = Stream.iterate(1, i -> i <= 21, i -> i + 1).map(i -> "\n| H" + i + " |");

    assertThat(Stream.concat(scenarios, rules)).allMatch(page::contains);
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("docs/scenarios.md"));
  }

  private static String source(String type) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      Path file =
          files
              .filter(f -> f.getFileName().toString().equals(type + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no " + type));
      return Files.readString(file);
    }
  }
}
