package io.matriarch.database;

/** Opens the hub for tests of other packages, as the configuration does in production. */
public final class TestChanges {

  private TestChanges() {}

  /** A hub that listens; close it after the test. */
  public record Hub(Changes changes, AutoCloseable connection) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      connection.close();
    }
  }

  public static Hub over(DatabaseLogin login) {
    NotificationHub hub = new NotificationHub(login).start();
    return new Hub(hub, hub);
  }
}
