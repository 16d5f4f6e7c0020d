package io.matriarch.remote;

import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/** Fetches the keys that a host shows, without signing in; to be confirmed by a person. */
public final class HostKeys {

  private static final List<String> TYPES =
      List.of(
          "ssh-ed25519",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "ssh-rsa");

  private HostKeys() {}

  /**
   * The keys of all types that the host has; asks for each type on a connection of its own.
   *
   * @throws IOException if it showed none within the limit
   */
  public static List<HostKey> scan(String address, int port, Duration limit)
      throws IOException, InterruptedException {
    List<Scan> scans = TYPES.stream().map(type -> new Scan(address, port, type, limit)).toList();
    List<CompletableFuture<HostKey>> answers = scans.stream().map(Scan::start).toList();
    List<HostKey> found = new ArrayList<>();
    Throwable failure = null;
    long deadline = System.nanoTime() + limit.toNanos();
    for (CompletableFuture<HostKey> answer : answers) {
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        found.add(answer.get(left, TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        failure = e;
      } catch (ExecutionException e) {
        failure = e.getCause();
      }
    }
    scans.forEach(Scan::abort);
    if (found.isEmpty()) {
      throw noKey(address, port, limit, failure);
    }
    return found;
  }

  private static IOException noKey(
      String address, int port, Duration limit, @Nullable Throwable failure) {
    String said =
        failure == null || failure.getMessage() == null
            ? "no key within " + limit.toSeconds() + " s"
            : failure.getMessage();
    return new IOException(
        "Asking "
            + address
            + " port "
            + port
            + " for its SSH host keys failed: "
            + said
            + "; nothing was saved; check address, port, sshd and firewall.",
        failure);
  }

  /** One connection that ends as soon as the host has shown its key of one type. */
  private static final class Scan {

    private final String address;
    private final int port;
    private final SSHClient client;
    private final AtomicReference<@Nullable HostKey> shown = new AtomicReference<>();

    Scan(String address, int port, String type, Duration limit) {
      this.address = address;
      this.port = port;
      client = new SSHClient(SshConfig.onlyHostKeys(type));
      client.setConnectTimeout((int) limit.toMillis());
      client.setTimeout((int) limit.toMillis());
      client.getTransport().setTimeoutMs((int) limit.toMillis());
      client.addHostKeyVerifier(new Noting());
    }

    CompletableFuture<HostKey> start() {
      CompletableFuture<HostKey> answer = new CompletableFuture<>();
      Thread.ofPlatform().daemon().name("ssh-scan").start(() -> ask(answer));
      return answer;
    }

    /** A host without a key of this type fails too; that counts only if it has none at all. */
    private void ask(CompletableFuture<HostKey> answer) {
      try {
        client.connect(address, port);
        answer.completeExceptionally(new IOException("it took a key that nobody confirmed"));
      } catch (IOException e) {
        HostKey key = shown.get();
        if (key == null) {
          answer.completeExceptionally(e);
        } else {
          answer.complete(key);
        }
      }
    }

    void abort() {
      try {
        client.close();
      } catch (IOException e) {
        // It was being closed; nobody can do more.
      }
    }

    private final class Noting implements HostKeyVerifier {

      @Override
      public boolean verify(String hostname, int port, PublicKey key) {
        shown.set(HostKey.of(key));
        return false;
      }

      @Override
      public List<String> findExistingAlgorithms(String hostname, int port) {
        return List.of();
      }
    }
  }
}
