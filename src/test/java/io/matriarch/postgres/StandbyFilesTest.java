package io.matriarch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.StandbyFiles.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a stopped server; what a running one does with them is seen on the lab. */
class StandbyFilesTest {

  private static final String FORMER =
      "# Do not edit\nwork_mem = '8MB'\nprimary_conninfo = 'host=gone'\nprimary_slot_name='old'\n";
  private static final String SETTINGS = StandbyFiles.settings("host='db2' password='s'", "slot_1");

  @TempDir Path data;

  @BeforeEach
  void cluster() throws IOException {
    Files.writeString(data.resolve("PG_VERSION"), "15\n");
    Files.writeString(data.resolve("postgresql.auto.conf"), FORMER);
  }

  @Test
  void staging_changes_nothing_that_a_server_reads() throws Exception {
    assertThat(run(Verb.STAGE)).isZero();

    assertThat(configuration()).isEqualTo(FORMER);
    assertThat(data.resolve("standby.signal")).doesNotExist();
    Path staged = data.resolve("matriarch.run-7.standby");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(staged)))
        .isEqualTo("rw-------");
  }

  @Test
  void applied_it_starts_as_a_standby_of_the_candidate_only() throws Exception {
    run(Verb.STAGE);

    assertThat(run(Verb.APPLY)).isZero();

    assertThat(data.resolve("standby.signal")).exists();
    assertThat(configuration()).isEqualTo("# Do not edit\nwork_mem = '8MB'\n" + SETTINGS);
    assertThat(run(Verb.APPLY)).as("twice").isZero();
    assertThat(configuration()).isEqualTo("# Do not edit\nwork_mem = '8MB'\n" + SETTINGS);
  }

  @Test
  void withdrawn_it_is_what_it_was() throws Exception {
    run(Verb.STAGE);
    run(Verb.APPLY);

    assertThat(run(Verb.WITHDRAW)).isZero();
    assertThat(run(Verb.WITHDRAW)).as("twice").isZero();

    assertThat(configuration()).isEqualTo(FORMER);
    assertThat(names()).isEqualTo("PG_VERSION postgresql.auto.conf");
  }

  @Test
  void what_was_only_staged_is_withdrawn_too() throws Exception {
    run(Verb.STAGE);

    assertThat(run(Verb.WITHDRAW)).isZero();

    assertThat(names()).isEqualTo("PG_VERSION postgresql.auto.conf");
  }

  @Test
  void settled_only_the_configuration_stays() throws Exception {
    run(Verb.STAGE);
    run(Verb.APPLY);

    assertThat(run(Verb.SETTLE)).isZero();

    assertThat(names()).isEqualTo("PG_VERSION postgresql.auto.conf standby.signal");
  }

  @Test
  void nothing_is_applied_that_was_not_staged() throws Exception {
    assertThat(run(Verb.APPLY)).isEqualTo(99);

    assertThat(configuration()).isEqualTo(FORMER);
    assertThat(data.resolve("standby.signal")).doesNotExist();
  }

  private String configuration() throws IOException {
    return Files.readString(data.resolve("postgresql.auto.conf"));
  }

  private String names() {
    String[] names = data.toFile().list();
    assertThat(names).isNotNull();
    java.util.Arrays.sort(names);
    return String.join(" ", names);
  }

  private int run(Verb verb) throws Exception {
    Cluster cluster = new Cluster(data.toString(), "postgres", 5432, null, null);
    LocalCommand command = StandbyFiles.command(cluster, verb, "run-7", SETTINGS);
    Process process =
        new ProcessBuilder(command.arguments())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (java.io.OutputStream in = process.getOutputStream()) {
      in.write(command.stdin().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It reads its input only when it stages.
    }
    return process.waitFor();
  }
}
