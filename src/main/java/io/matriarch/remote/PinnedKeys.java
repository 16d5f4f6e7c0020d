package io.matriarch.remote;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/** Accepts the pinned keys of one host and no other, and remembers what was shown instead. */
final class PinnedKeys implements HostKeyVerifier {

  private final List<HostKey> pinned;
  private volatile @Nullable HostKey refused;

  PinnedKeys(List<String> lines) {
    pinned = lines.stream().map(HostKey::parse).toList();
  }

  @Override
  public boolean verify(String hostname, int port, PublicKey key) {
    HostKey presented = HostKey.of(key);
    if (pinned.contains(presented)) {
      return true;
    }
    refused = presented;
    return false;
  }

  /** What to ask the host for first; otherwise it may show a key of a type that is not pinned. */
  @Override
  public List<String> findExistingAlgorithms(String hostname, int port) {
    List<String> algorithms = new ArrayList<>();
    for (HostKey key : pinned) {
      algorithms.addAll(SshConfig.signatureAlgorithms(key.type()));
    }
    return algorithms;
  }

  List<String> fingerprints() {
    return pinned.stream().map(HostKey::fingerprint).toList();
  }

  @Nullable HostKey refused() {
    return refused;
  }
}
