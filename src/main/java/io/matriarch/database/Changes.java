package io.matriarch.database;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** News from the database: what writers announce with {@code pg_notify} in their transaction. */
public interface Changes {

  /**
   * Calls the listener with the payload of each notification, on the hub's own thread, so a
   * listener is quick or hands over. A null payload means that some may have been missed (the
   * connection was lost): reload. Returns once the server listens.
   */
  Registration listen(String channel, Consumer<@Nullable String> listener);

  /** Ends the listening when closed. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
