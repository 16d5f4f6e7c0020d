package io.matriarch.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With real scripts. */
class HookDirectoryTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path home;
  private final List<String> written = Collections.synchronizedList(new ArrayList<>());
  private HookDirectory hooks = new HookDirectory(Path.of("/none"));

  @BeforeEach
  void make() throws IOException {
    mode(Files.createDirectories(home.resolve("hooks.d/post-switchover.d")), "rwxr-xr-x");
    mode(home.resolve("hooks.d"), "rwxr-xr-x");
    mode(home, "rwxr-xr-x");
    hooks = new HookDirectory(home.resolve("hooks.d"));
  }

  private static Path mode(Path path, String mode) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private Path script(String name, String text) throws IOException {
    Path file = home.resolve("hooks.d/post-switchover.d").resolve(name);
    return mode(Files.writeString(file, "#!/bin/bash\n" + text), "rwxr-xr-x");
  }

  private HookResult run(String name, Duration limit) throws Exception {
    return hooks.run(HookPhase.POST_SWITCHOVER, name, "{\"event\":1}\n", limit, written::add);
  }

  @Test
  void a_script_gets_its_input_and_what_it_writes_comes_back() throws Exception {
    script("10-tell", "read -r line; echo \"got $line\"; echo loud >&2; exit 3");
    assertThat(run("10-tell", LIMIT).exit()).isEqualTo(3);
    assertThat(written).containsExactly("got {\"event\":1}", "loud");
  }

  @Test
  void its_environment_is_bare() throws Exception {
    script("env", "env | cut -d= -f1 | sort | tr '\\n' ' '; pwd");
    assertThat(run("env", LIMIT).succeeded()).isTrue();
    assertThat(written).containsExactly("LANG PATH PWD SHLVL _ /");
  }

  @Test
  void a_script_that_does_not_read_is_no_failure() throws Exception {
    script("deaf", "exec <&-; exit 0");
    assertThat(run("deaf", LIMIT).succeeded()).isTrue();
  }

  @Test
  void at_its_limit_it_is_ended_with_what_it_started() throws Exception {
    Path pid = home.resolve("pid");
    script("slow", "trap '' TERM; sleep 600 & echo $! >" + pid + "; wait; wait; sleep 600");
    HookResult result = run("slow", Duration.ofMillis(700));
    assertThat(result.timedOut()).isTrue();
    assertThat(result.succeeded()).isFalse();
    long child = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(child).ifPresent(left -> left.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  @Test
  void endless_output_is_cut() throws Exception {
    script("endless", "for i in {1..3000}; do echo $i; done");
    assertThat(run("endless", LIMIT).succeeded()).isTrue();
    assertThat(written).hasSize(1001).last().asString().contains("left out");
  }

  @Test
  void scripts_are_listed_in_order() throws Exception {
    script("20-b", "");
    script("10-a", "");
    assertThat(hooks.files())
        .isEqualTo(new HookFiles(List.of(), List.of("10-a", "20-b"), List.of()));
    assertThat(new HookDirectory(home.resolve("nowhere")).files()).isEqualTo(HookFiles.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx"})
  void a_script_that_others_may_write_is_not_run(String mode) throws Exception {
    mode(script("open", "echo ran"), mode);
    refused("open", "can be written by others");
  }

  @Test
  void a_directory_that_others_may_write_spoils_every_script_in_it() throws Exception {
    script("fine", "echo ran");
    mode(home.resolve("hooks.d"), "rwxrwxr-x");
    refused("fine", "hooks.d can be written by others");
  }

  @Test
  void a_link_is_not_followed() throws Exception {
    Path outside = mode(Files.writeString(home.resolve("out"), "#!/bin/sh\n"), "rwxr-xr-x");
    Files.createSymbolicLink(home.resolve("hooks.d/post-switchover.d/link"), outside);
    refused("link", "links are not followed");
  }

  @Test
  void a_script_that_is_not_executable_is_a_fault_rather_than_skipped() throws Exception {
    mode(script("forgotten", ""), "rw-r--r--");
    refused("forgotten", "is not executable");
  }

  @Test
  void nothing_outside_its_directory_is_run() throws Exception {
    mode(Files.writeString(home.resolve("out"), "#!/bin/sh\n"), "rwxr-xr-x");
    assertThatThrownBy(() -> run("../../out", LIMIT))
        .isInstanceOf(HookUnsafe.class)
        .hasMessageContaining("not a name of a script");
    assertThatThrownBy(() -> run("gone", LIMIT)).hasMessageContaining("does not exist");
  }

  private void refused(String name, String why) {
    assertThat(hooks.files().faults()).anyMatch(fault -> fault.contains(why));
    assertThatThrownBy(() -> run(name, LIMIT))
        .isInstanceOf(HookUnsafe.class)
        .hasMessageContaining(why);
    assertThat(written).isEmpty();
  }
}
