package io.matriarch.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the server's port: the wanted one, else the one of last time, else a free one. */
final class KeptPort {

  private static final Logger log = LoggerFactory.getLogger(KeptPort.class);

  private KeptPort() {}

  static int choose(Path file, @Nullable Integer wanted) throws IOException {
    if (wanted != null && wanted != 0) {
      if (!free(wanted)) {
        throw new DatabaseStartFailed(
            "Starting the embedded PostgreSQL: port %d of 127.0.0.1 (matriarch.database.port) is in use; nothing was started. Free it, or choose another."
                .formatted(wanted));
      }
      return wanted;
    }
    OptionalInt kept = read(file);
    if (kept.isPresent() && free(kept.getAsInt())) {
      return kept.getAsInt();
    }
    int fresh = anyFree();
    if (kept.isPresent()) {
      log.warn(
          "Port {} of the embedded PostgreSQL is in use by something else; it moves to {}",
          kept.getAsInt(),
          fresh);
    }
    return fresh;
  }

  private static OptionalInt read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return OptionalInt.empty();
    }
    String text = Files.readString(file).strip();
    return text.matches("\\d{1,5}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }

  private static int anyFree() {
    // Below the kernel's usual range for outgoing connections, so that it is free next time too.
    for (int attempt = 0; attempt < 200; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      if (free(port)) {
        return port;
      }
    }
    throw new DatabaseStartFailed(
        "Starting the embedded PostgreSQL: no free port between 20000 and 32000 on 127.0.0.1; set matriarch.database.port.");
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
