package io.matriarch.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL below a data directory, started by the constructor's caller and stopped by
 * {@link #close}. It survives a kill -9 of its console: the next start stops and replaces it.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private final DirectoryLock lock;
  private final PostgresCluster cluster;
  private final PostgresServer server;
  private final int port;

  private EmbeddedPostgres(
      DirectoryLock lock, PostgresCluster cluster, PostgresServer server, int port) {
    this.lock = lock;
    this.cluster = cluster;
    this.server = server;
    this.port = port;
  }

  /**
   * Creates the cluster on first use, starts it and waits until it answers.
   *
   * @param port the port to listen on, or null for a free one that later starts keep
   * @throws DatabaseStartFailed with what to do about it
   */
  public static EmbeddedPostgres start(Path dataDirectory, @Nullable Integer port) {
    try {
      Path directory = dataDirectory.toAbsolutePath().normalize();
      refuseDangerous(directory);
      Files.createDirectories(directory, SecretFile.PRIVATE_DIRECTORY);
      DirectoryLock lock = DirectoryLock.of(directory);
      try {
        return start(directory, port, lock);
      } catch (IOException | InterruptedException | RuntimeException failed) {
        lock.close();
        throw failed;
      }
    } catch (IOException e) {
      throw new DatabaseStartFailed(
          "Starting the embedded PostgreSQL in %s: %s. Mend that and start again; nothing is running."
              .formatted(dataDirectory, e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseStartFailed("The start of the embedded PostgreSQL was interrupted.", e);
    }
  }

  /** PostgreSQL's initdb calls its own programs through a shell, within double quotes. */
  private static void refuseDangerous(Path directory) {
    if (directory.toString().chars().anyMatch(c -> "\"$`\\".indexOf(c) >= 0 || c < ' ')) {
      throw new DatabaseStartFailed(
          "Starting the embedded PostgreSQL in %s: initdb cannot work in a directory whose name has quotes, $, `, \\ or line breaks; nothing was made. Please choose another for matriarch.data-directory."
              .formatted(directory));
    }
  }

  private static EmbeddedPostgres start(
      Path directory, @Nullable Integer wantedPort, DirectoryLock lock)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    PostgresBinaries binaries = PostgresBinaries.unpackBelow(directory);
    PostgresCluster cluster = new PostgresCluster(directory);
    PostgresProgram programs = new PostgresProgram(binaries, cluster.home());
    PostgresServer server = new PostgresServer(cluster, programs);
    if (cluster.exists()) {
      cluster.refuseOtherMajor();
      server.stopOrphans();
    } else {
      cluster.create(programs);
    }
    int port = KeptPort.choose(cluster.portFile(), wantedPort);
    cluster.configure(port);
    server.start();
    cluster.keep(port);
    log.info(
        "Embedded PostgreSQL {} is ready on 127.0.0.1:{} after {} ms, data in {}",
        PostgresBinaries.VERSION,
        port,
        (System.nanoTime() - begun) / 1_000_000,
        cluster.data());
    return new EmbeddedPostgres(lock, cluster, server, port);
  }

  public int port() {
    return port;
  }

  /** What Flyway uses: the role that owns the database and everything in it. */
  public DatabaseLogin owner() {
    return login(PostgresCluster.OWNER);
  }

  /** What the application uses: it reads and writes rows, and changes no table. */
  public DatabaseLogin app() {
    return login(PostgresCluster.APP);
  }

  /** For backups and repairs; nothing in the running console uses it. */
  public DatabaseLogin superuser() {
    return login(PostgresCluster.SUPERUSER);
  }

  private DatabaseLogin login(String role) {
    SecretFile secret = cluster.password(role);
    try {
      String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + PostgresCluster.DATABASE;
      return new DatabaseLogin(url, role, secret.read());
    } catch (IOException e) {
      throw new DatabaseStartFailed(
          "Reading the password of %s from %s: %s. Restore that file from your backup, or set a new password as docs/backup.md says."
              .formatted(role, secret.path(), e),
          e);
    }
  }

  /** Ends sessions and stops the server (fast); does nothing if that was done before. */
  @Override
  public synchronized void close() {
    try {
      server.stop();
      lock.close();
    } catch (IOException e) {
      log.warn("Stopping the embedded PostgreSQL in {}: {}", cluster.data(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
