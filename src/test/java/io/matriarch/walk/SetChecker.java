package io.matriarch.walk;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that insert unique integers and remember what became of each: acknowledged, failed for
 * certain, or not known. What was acknowledged must be in the table afterwards; what failed for
 * certain must not.
 */
final class SetChecker implements AutoCloseable {

  private static final Set<String> CERTAIN = Set.of("25006", "40001", "57P03", "53300");

  private final String url;
  private final Properties login = new Properties();
  private final Duration between;
  private final AtomicLong next = new AtomicLong();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Long> failed = ConcurrentHashMap.newKeySet();
  private final Set<Long> unknown = ConcurrentHashMap.newKeySet();
  private final Set<String> messages = ConcurrentHashMap.newKeySet();
  private final List<Thread> clients = new ArrayList<>();
  private final AtomicLong longestGap = new AtomicLong();
  private volatile boolean stopped;

  SetChecker(String url, String user, String password, Duration between) {
    this.url = url;
    this.between = between;
    login.setProperty("user", user);
    login.setProperty("password", password);
    login.setProperty("prepareThreshold", "0");
    login.setProperty("connectTimeout", "5");
    login.setProperty("socketTimeout", "70");
  }

  /** Makes the table, and starts the clients. */
  SetChecker start(int count) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists numbers (n bigint primary key)");
      statement.execute("truncate numbers");
    }
    for (int i = 0; i < count; i++) {
      clients.add(Thread.ofVirtual().start(this::insertAlways));
    }
    return this;
  }

  private void insertAlways() {
    while (!stopped) {
      try (Connection connection = DriverManager.getConnection(url, login);
          PreparedStatement insert =
              connection.prepareStatement("insert into numbers values (?)")) {
        long last = System.nanoTime();
        while (!stopped) {
          long n = next.incrementAndGet();
          insert(insert, n);
          long now = System.nanoTime();
          longestGap.accumulateAndGet(now - last, Math::max);
          last = now;
          Thread.sleep(between);
        }
      } catch (SQLException e) {
        messages.add(e.getSQLState() + " " + e.getMessage());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void insert(PreparedStatement insert, long n) throws SQLException {
    try {
      insert.setLong(1, n);
      insert.executeUpdate();
      acknowledged.add(n);
    } catch (SQLException e) {
      (CERTAIN.contains(String.valueOf(e.getSQLState())) ? failed : unknown).add(n);
      throw e;
    }
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /** Statements that were not acknowledged, with what was said. */
  Set<String> errors() {
    return Set.copyOf(messages);
  }

  int notAcknowledged() {
    return failed.size() + unknown.size();
  }

  /** The longest time between two acknowledged inserts of one client. */
  Duration longestGap() {
    return Duration.ofNanos(longestGap.get());
  }

  /** Ends the clients; answers the acknowledged integers that are not in the table. */
  Set<Long> lost() throws SQLException, InterruptedException {
    close();
    Set<Long> there = new HashSet<>();
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement();
        java.sql.ResultSet rows = statement.executeQuery("select n from numbers")) {
      while (rows.next()) {
        there.add(rows.getLong(1));
      }
    }
    Set<Long> lost = new HashSet<>(acknowledged);
    lost.removeAll(there);
    there.retainAll(failed);
    if (!there.isEmpty()) {
      throw new AssertionError("said to have failed, yet they are there: " + there);
    }
    return lost;
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join(Duration.ofSeconds(80));
    }
  }
}
