package io.matriarch.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One ZooKeeper, of Debian's package. */
public final class TestZooKeeper extends TestStore {

  private static final Path JAR = Path.of("/usr/share/java/zookeeper.jar");

  private boolean secure;

  public TestZooKeeper() throws IOException {
    super(StoreKind.ZOOKEEPER);
  }

  public static boolean available() {
    return Files.isReadable(JAR);
  }

  TestZooKeeper secured() throws IOException, InterruptedException {
    certificate();
    String both =
        Files.readString(home().resolve("server.crt"))
            + Files.readString(home().resolve("server.key"));
    Files.writeString(home().resolve("server.pem"), both);
    secure = true;
    return this;
  }

  @Override
  List<String> command() throws IOException {
    String listener =
        secure
            ? """
              secureClientPort=%d
              secureClientPortAddress=127.0.0.1
              serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory
              ssl.keyStore.location=server.pem
              ssl.keyStore.type=PEM
              ssl.clientAuth=none
              """
            : """
              clientPort=%d
              clientPortAddress=127.0.0.1
              """;
    Files.writeString(
        home().resolve("zoo.cfg"),
        listener.formatted(port())
            + """
              dataDir=%s
              tickTime=500
              admin.enableServer=false
              """
                .formatted(home().resolve("data")));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        // The package's own class path lacks what TLS needs.
        JAR + ":/usr/share/java/netty-codec.jar:/usr/share/java/netty-resolver.jar",
        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
        "zoo.cfg");
  }
}
