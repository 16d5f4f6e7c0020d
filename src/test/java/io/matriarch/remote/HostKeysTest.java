package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostKeysTest {

  @Test
  void the_keys_of_all_types_are_fetched_and_each_can_be_pinned(@TempDir Path directory)
      throws Exception {
    SshIdentity identity = SshIdentity.in(directory);
    try (TestSshd sshd =
        TestSshd.start("127.51.2.1", identity, List.of("ed25519", "ecdsa", "rsa"))) {
      List<HostKey> keys = HostKeys.scan(sshd.address(), sshd.port(), Duration.ofSeconds(10));

      assertThat(keys)
          .containsExactlyInAnyOrder(
              sshd.hostKey("ed25519"), sshd.hostKey("ecdsa"), sshd.hostKey("rsa"));
      for (HostKey key : keys) {
        try (SshShell shell = new SshShell(identity, SshLimits.DEFAULT)) {
          CommandResult result = shell.run(sshd.host(key.openSsh()), Command.of("true"));
          assertThat(result.exit()).isZero();
        }
      }
    }
  }

  @Test
  void the_fingerprint_is_the_one_that_ssh_keygen_prints() {
    HostKey key =
        HostKey.parse(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
                + " comment");

    assertThat(key.fingerprint()).isEqualTo("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
    assertThat(key.openSsh()).doesNotContain("comment");
  }

  @Test
  void what_is_no_key_is_refused() {
    for (String line : List.of("", "ssh-ed25519", "ssh-rsa AAAAC3NzaC1lZDI1NTE5", "a ???", "a b")) {
      assertThatThrownBy(() -> HostKey.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_host_that_shows_no_key_ends_the_scan_with_its_reason() throws Exception {
    Duration brief = Duration.ofMillis(500);
    assertThatThrownBy(() -> HostKeys.scan("127.51.2.2", 9, brief))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refused");
    try (ServerSocket tarpit = new ServerSocket(0, 50, InetAddress.getByName("127.51.2.2"))) {
      assertThatThrownBy(() -> HostKeys.scan("127.51.2.2", tarpit.getLocalPort(), brief))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nothing was saved");
    }
  }
}
