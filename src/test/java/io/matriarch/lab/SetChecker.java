package io.matriarch.lab;

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
public final class SetChecker implements AutoCloseable {

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
  private final AtomicLong errors = new AtomicLong();
  private CommitGaps gaps = new CommitGaps(0, System.nanoTime());
  private volatile boolean stopped;

  public SetChecker(String url, String user, String password, Duration between) {
    this.url = url;
    this.between = between;
    login.setProperty("user", user);
    login.setProperty("password", password);
    login.setProperty("prepareThreshold", "0");
    login.setProperty("connectTimeout", "5");
    login.setProperty("socketTimeout", "70");
  }

  /** How long a client waits for an answer that a host which is cut off never gives. */
  public SetChecker givingUpAfter(Duration silence) {
    login.setProperty("socketTimeout", Long.toString(silence.toSeconds()));
    return this;
  }

  /** Makes the table, and starts the clients. */
  public SetChecker start(int count) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists numbers (n bigint primary key)");
      statement.execute("truncate numbers");
    }
    gaps = new CommitGaps(count, System.nanoTime());
    for (int i = 0; i < count; i++) {
      int client = i;
      clients.add(Thread.ofVirtual().start(() -> insertAlways(client)));
    }
    return this;
  }

  private void insertAlways(int client) {
    while (!stopped) {
      try (Connection connection = DriverManager.getConnection(url, login);
          PreparedStatement insert =
              connection.prepareStatement("insert into numbers values (?)")) {
        while (!stopped) {
          long n = next.incrementAndGet();
          insert(insert, n);
          gaps.committed(client, System.nanoTime());
          Thread.sleep(between);
        }
      } catch (SQLException e) {
        errors.incrementAndGet();
        messages.add(e.getSQLState() + " " + e.getMessage());
        rest();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** An application would not try again at once either. */
  private void rest() {
    try {
      Thread.sleep(between);
    } catch (InterruptedException e) {
      stopped = true;
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

  public int acknowledged() {
    return acknowledged.size();
  }

  /** Statements that were not acknowledged, with what was said. */
  public Set<String> errors() {
    return Set.copyOf(messages);
  }

  public int notAcknowledged() {
    return failed.size() + unknown.size();
  }

  /** What did not work: statements that were not acknowledged, and connections refused. */
  public long failures() {
    return errors.get();
  }

  /** Begins a measurement: gaps that were before count no more. */
  public void begin() {
    gaps.begin(System.nanoTime());
  }

  /** Whether every client has committed something later than that. */
  public boolean allCommittedSince(long nanoTime) {
    return gaps.allSince(nanoTime);
  }

  public CommitGaps.Gap longestGap() {
    return gaps.longest(System.nanoTime());
  }

  /** Ends the clients; answers the acknowledged integers that are not in the table. */
  public Set<Long> lost() throws SQLException, InterruptedException {
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
