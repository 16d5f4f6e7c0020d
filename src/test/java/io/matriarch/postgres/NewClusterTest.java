package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything is made, by the real script; the making is seen on the lab. */
class NewClusterTest {

  @TempDir Path directory;

  @Test
  void shellcheck_has_nothing_to_say() throws Exception {
    Process process =
        new ProcessBuilder(
                "shellcheck", "-s", "sh", "src/main/resources/io/matriarch/postgres/create.sh")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void a_host_that_keeps_configurations_elsewhere_refuses_and_nothing_is_changed()
      throws Exception {
    assertRefused("17", directory.toString(), "not in /etc/postgresql");
  }

  @Test
  void a_host_without_that_version_refuses_and_nothing_is_changed() throws Exception {
    assertRefused("99", "/etc/postgresql", "PostgreSQL 99 is not installed");
  }

  private void assertRefused(String major, String confRoot, String why) throws Exception {
    Path data = directory.resolve("data");
    LocalCommand make =
        NewCluster.make(
            new Cluster(data.toString(), "postgres", 5999, null, null), major, "main", "7", "");
    ProcessBuilder builder =
        new ProcessBuilder(make.arguments()).redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("PG_CLUSTER_CONF_ROOT", confRoot);
    Process process = builder.start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isEqualTo(NewCluster.REFUSED);
    assertThat(said).contains(why);
    try (var left = Files.list(directory)) {
      assertThat(left.toList()).isEqualTo(List.of());
    }
  }
}
