package io.matriarch.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScriptsTest {

  @Test
  void shellcheck_has_nothing_to_say_about_the_commands_and_the_fleet() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("shellcheck", "-x", "-P", ".", "dev", ".ci/run", "src/package/matriarch"));
    try (Stream<Path> scripts = Files.walk(Path.of("src/lab"))) {
      scripts.filter(Files::isRegularFile).map(Path::toString).sorted().forEach(command::add);
    }
    assertThat(command)
        .contains("src/lab/fleet", "src/lab/dev.d/demo.sh", "src/lab/lab", "src/lab/lab.d/boot");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
