package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshIdentityTest {

  @Test
  void the_key_is_made_once_readable_for_us_only_and_openssh_knows_it(@TempDir Path directory)
      throws Exception {
    SshIdentity first = SshIdentity.in(directory.resolve("ssh"));
    SshIdentity second = SshIdentity.in(directory.resolve("ssh"));
    Path file = directory.resolve("ssh/id_ed25519");

    assertThat(second.publicKeyLine()).isEqualTo(first.publicKeyLine());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Process keygen = new ProcessBuilder("ssh-keygen", "-y", "-f", file.toString()).start();
    String line =
        new String(keygen.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(line).isEqualTo(first.publicKeyLine());
    assertThat(first.authorizedKeysLine()).isEqualTo("restrict " + line);
  }

  @Test
  void a_broken_key_file_is_not_replaced(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("id_ed25519");
    Files.writeString(file, "not a key");

    assertThatThrownBy(() -> SshIdentity.in(directory))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
    assertThat(file).hasContent("not a key");
  }
}
