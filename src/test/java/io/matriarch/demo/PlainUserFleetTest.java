package io.matriarch.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** What root's tests would never see: the fleet of a plain user, for which "postgres" stands in. */
class PlainUserFleetTest {

  private static final String USER = "postgres";

  private Path directory;
  private DemoFleet fleet;

  @BeforeEach
  void become_a_plain_user() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "the other tests run as a plain user");
    // Below a directory of the test runner that user could not enter it.
    directory = Files.createTempDirectory("matriarch-plain");
    FileSystemUtils.copyRecursively(Path.of("src/lab"), directory.resolve("lab"));
    run("chmod", "755", directory.resolve("lab/fleet").toString());
    run("chown", "-R", USER + ":", directory.toString());
    fleet =
        DemoFleet.by(
            List.of(
                "setpriv",
                "--reuid=" + USER,
                "--regid=" + USER,
                "--init-groups",
                directory.resolve("lab/fleet").toString()),
            directory.resolve("demo"));
  }

  @AfterEach
  void remove_it() throws Exception {
    if (fleet != null) {
      fleet.reset();
      FileSystemUtils.deleteRecursively(directory);
    }
  }

  @Test
  void all_of_a_plain_users_fleet_is_theirs_below_their_directory_and_leaves_no_process()
      throws Exception {
    fleet.up();
    assertThat(fleet.root()).startsWith(directory);
    assertThat(fleet.owner()).isEqualTo(USER);
    FleetShell shell = shellOf(fleet);
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> shell.streaming("ams-db1", "orders").equals("ams-db2,fra-db1"));
    Path databases = Path.of(fleet.description().get("pooler").get("databasesFile").asString());
    assertThat(Files.getPosixFilePermissions(databases))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getOwner(databases).getName()).isEqualTo(USER);
    fleet.down();
    assertThat(shell.processes()).isEmpty();
  }

  /** Root makes the key in their directory; the script must be able to read it. */
  private FleetShell shellOf(DemoFleet made) throws Exception {
    FleetShell shell = new FleetShell(made);
    Path key = shell.makeKey("key");
    run("chown", USER, key.toString());
    made.run("authorize", key.toString());
    return shell;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
