package io.matriarch.store;

import io.matriarch.store.StoreFailed.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/**
 * A node of ZooKeeper. Its versions count the changes of the node, and start again at nought with a
 * node that was removed: nobody but a person may remove one.
 */
final class ZooKeeperStore implements Store {

  private final StoreKey key;
  private final CuratorFramework client;

  private ZooKeeperStore(StoreKey key, CuratorFramework client) {
    this.key = key;
    this.client = client;
  }

  static ZooKeeperStore open(StoreKey key, Duration limit)
      throws StoreFailed, InterruptedException {
    int millis = Math.toIntExact(limit.toMillis());
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(key.serversJoined())
            .connectionTimeoutMs(millis)
            .sessionTimeoutMs(millis)
            .maxCloseWaitMs(millis)
            .ensembleTracker(false)
            .dontUseContainerParents()
            .aclProvider(rights(key))
            .zkClientConfig(config(key, millis))
            // A write that is repeated by itself would meet its own result.
            .retryPolicy((count, elapsed, sleeper) -> false);
    if (key.login() != null) {
      String login = key.login().user() + ":" + key.login().password();
      builder.authorization("digest", login.getBytes(StandardCharsets.UTF_8));
    }
    CuratorFramework client = builder.build();
    client.start();
    boolean connected = false;
    try {
      connected = client.blockUntilConnected(millis, TimeUnit.MILLISECONDS);
    } finally {
      if (!connected) {
        client.close();
      }
    }
    if (!connected) {
      throw new StoreFailed(
          Reason.UNREACHABLE,
          "Connecting to %s: no session within %d s. Nothing was sent; see that a majority of its servers runs and can be reached from the console."
              .formatted(key, limit.toSeconds()));
    }
    return new ZooKeeperStore(key, client);
  }

  /** What we make everybody may read, and only we may change. */
  private static ACLProvider rights(StoreKey key) {
    List<ACL> rights = new ArrayList<>();
    if (key.login() == null) {
      rights.addAll(ZooDefs.Ids.OPEN_ACL_UNSAFE);
    } else {
      rights.addAll(ZooDefs.Ids.CREATOR_ALL_ACL);
      rights.addAll(ZooDefs.Ids.READ_ACL_UNSAFE);
    }
    return new ACLProvider() {
      @Override
      public List<ACL> getDefaultAcl() {
        return rights;
      }

      @Override
      public List<ACL> getAclForPath(String path) {
        return rights;
      }
    };
  }

  private static ZKClientConfig config(StoreKey key, int millis) {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Integer.toString(millis));
    if (key.authority() != null) {
      config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
      config.setProperty(
          ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET,
          "org.apache.zookeeper.ClientCnxnSocketNetty");
      config.setProperty("zookeeper.ssl.trustStore.location", key.authority().toString());
      config.setProperty("zookeeper.ssl.trustStore.type", "PEM");
      // Left alone it offers 1.3 only, and servers before 3.9 speak 1.2 only.
      config.setProperty("zookeeper.ssl.enabledProtocols", "TLSv1.3,TLSv1.2");
    }
    return config;
  }

  private interface Exchange<T> {
    T run() throws Exception;
  }

  @Override
  public Kept get() throws StoreFailed, InterruptedException {
    try {
      return asked(
          () -> {
            try {
              // Any server answers a read from memory; this makes it catch up first.
              client.sync().forPath(key.key());
              Stat stat = new Stat();
              byte[] value = client.getData().storingStatIn(stat).forPath(key.key());
              return new Kept(stat.getVersion(), value == null ? new byte[0] : value);
            } catch (KeeperException.NoNodeException none) {
              return Kept.absent();
            }
          });
    } catch (KeeperException e) {
      throw new StoreFailed(
          isLogin(e) ? Reason.LOGIN : Reason.UNREACHABLE,
          "Reading %s: %s. Nothing was changed; %s."
              .formatted(
                  key,
                  e.getMessage(),
                  isLogin(e)
                      ? "compare the user and the password with the node's rights"
                      : "see that a majority of its servers runs and can be reached from the console"));
    }
  }

  @Override
  public boolean swap(Kept seen, byte[] value) throws StoreFailed, InterruptedException {
    try {
      return asked(
          () -> {
            if (seen.isAbsent()) {
              client.create().creatingParentsIfNeeded().forPath(key.key(), value);
            } else {
              int version = Math.toIntExact(seen.revision());
              client.setData().withVersion(version).forPath(key.key(), value);
            }
            return true;
          });
    } catch (KeeperException.NodeExistsException
        | KeeperException.BadVersionException
        | KeeperException.NoNodeException e) {
      return false;
    } catch (KeeperException e) {
      if (isLogin(e)) {
        throw new StoreFailed(
            Reason.LOGIN,
            "Writing %s: %s. Nothing was changed; give the user the right to write this node."
                .formatted(key, e.getMessage()));
      }
      throw new StoreFailed(
          Reason.NO_ANSWER,
          "Writing %s: %s. It may have taken effect; look at the node, and repeat: that is safe."
              .formatted(key, e.getMessage()));
    }
  }

  /** Curator declares every exception there is; these are those it throws. */
  private static <T> T asked(Exchange<T> exchange) throws KeeperException, InterruptedException {
    try {
      return exchange.run();
    } catch (KeeperException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isLogin(KeeperException e) {
    return e instanceof KeeperException.NoAuthException
        || e instanceof KeeperException.AuthFailedException;
  }

  @Override
  public void close() {
    client.close();
  }
}
