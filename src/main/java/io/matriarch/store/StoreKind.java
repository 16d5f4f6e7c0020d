package io.matriarch.store;

/** What keeps a key. */
public enum StoreKind {
  ETCD("etcd", "etcd", 2379),
  ZOOKEEPER("zookeeper", "ZooKeeper", 2181);

  private final String stored;
  private final String label;
  private final int port;

  StoreKind(String stored, String label, int port) {
    this.stored = stored;
    this.label = label;
    this.port = port;
  }

  /** As it is written in our database and in the API. */
  public String stored() {
    return stored;
  }

  /** The port that its servers take clients on unless told otherwise. */
  public int standardPort() {
    return port;
  }

  @Override
  public String toString() {
    return label;
  }
}
