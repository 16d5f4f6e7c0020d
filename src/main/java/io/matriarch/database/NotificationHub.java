package io.matriarch.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** LISTEN on one connection of its own, which is made again when it breaks. */
final class NotificationHub implements Changes, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NotificationHub.class);
  private static final int POLL_MILLIS = 100;
  private static final Duration ALIVE_CHECK = Duration.ofSeconds(15);

  private final DatabaseLogin login;
  private final Map<String, List<Listener>> listeners = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  NotificationHub(DatabaseLogin login) {
    this.login = login;
    this.thread = Thread.ofPlatform().daemon().name("changes").unstarted(this::run);
  }

  NotificationHub start() {
    thread.start();
    return this;
  }

  private record Listener(Consumer<@Nullable String> consumer, CountDownLatch heard) {}

  @Override
  public Registration listen(String channel, Consumer<@Nullable String> consumer) {
    if (!channel.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a channel name: " + channel);
    }
    Listener listener = new Listener(consumer, new CountDownLatch(1));
    listeners.computeIfAbsent(channel, c -> new CopyOnWriteArrayList<>()).add(listener);
    awaitHeard(listener);
    return () -> listeners.getOrDefault(channel, List.of()).remove(listener);
  }

  private void awaitHeard(Listener listener) {
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      if (!listener.heard().await(5, TimeUnit.SECONDS)) {
        log.warn("The database does not answer; listeners are told to reload once it does");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long pause = 100;
    boolean lost = false;
    while (!closed) {
      try (Connection connection = connect()) {
        Set<String> listening = new HashSet<>();
        listenToNew(connection, listening);
        if (lost) {
          log.info("Listening to the database again");
          listeners.values().forEach(all -> all.forEach(listener -> tell(listener, null)));
        }
        pause = 100;
        deliver(connection, listening);
      } catch (SQLException e) {
        if (!closed) {
          log.warn("Listening to the database: {}; trying again in {} ms", e.getMessage(), pause);
        }
      }
      lost = true;
      sleep(pause);
      pause = Math.min(pause * 2, 5_000);
    }
  }

  private void deliver(Connection connection, Set<String> listening) throws SQLException {
    PGConnection notifications = connection.unwrap(PGConnection.class);
    long checked = System.nanoTime();
    while (!closed) {
      listenToNew(connection, listening);
      PGNotification[] news = notifications.getNotifications(POLL_MILLIS);
      for (PGNotification one : news == null ? new PGNotification[0] : news) {
        listeners
            .getOrDefault(one.getName(), List.of())
            .forEach(listener -> tell(listener, one.getParameter()));
      }
      if (System.nanoTime() - checked > ALIVE_CHECK.toNanos()) {
        execute(connection, "select 1");
        checked = System.nanoTime();
      }
    }
  }

  private void listenToNew(Connection connection, Set<String> listening) throws SQLException {
    for (Map.Entry<String, List<Listener>> channel : listeners.entrySet()) {
      if (listening.add(channel.getKey())) {
        execute(connection, "listen " + channel.getKey());
      }
      channel.getValue().forEach(listener -> listener.heard().countDown());
    }
  }

  private static void tell(Listener listener, @Nullable String payload) {
    try {
      listener.consumer().accept(payload);
    } catch (RuntimeException e) {
      // One listener's fault must not cost the others their news.
      log.error("A listener failed on a notification", e);
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password());
    properties.setProperty("ApplicationName", "matriarch changes");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    return DriverManager.getConnection(login.url(), properties);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void sleep(long millis) {
    try {
      if (!closed) {
        Thread.sleep(millis);
      }
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
