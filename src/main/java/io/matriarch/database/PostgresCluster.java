package io.matriarch.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * The embedded server's directory: {@code data} is the cluster, beside it lie log and kept port.
 */
final class PostgresCluster {

  static final String SUPERUSER = "postgres";
  static final String OWNER = "matriarch_owner";
  static final String APP = "matriarch_app";
  static final String AGENT = "matriarch_agent";
  static final String DATABASE = "matriarch";

  private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);
  private static final Path NO_INPUT = Path.of("/dev/null");

  private final Path home;
  private final Path secrets;

  PostgresCluster(Path dataDirectory) throws IOException {
    this.home = dataDirectory.resolve("postgres");
    this.secrets = dataDirectory.resolve("secrets");
    Files.createDirectories(home, SecretFile.PRIVATE_DIRECTORY);
    Files.createDirectories(secrets, SecretFile.PRIVATE_DIRECTORY);
  }

  Path data() {
    return home.resolve("data");
  }

  Path home() {
    return home;
  }

  Path startLog() {
    return home.resolve("start.log");
  }

  SecretFile password(String role) {
    return new SecretFile(secrets.resolve("database-" + role));
  }

  boolean exists() {
    return Files.exists(data().resolve("PG_VERSION"));
  }

  void refuseOtherMajor() throws IOException {
    String found = Files.readString(data().resolve("PG_VERSION")).strip();
    if (!found.equals(PostgresBinaries.MAJOR)) {
      throw new DatabaseStartFailed(
          "Starting the embedded PostgreSQL %s on %s: that directory was written by PostgreSQL %s, and nothing was changed. Start the Matriarch release that brings %s and dump the database, or run pg_upgrade with the programs of both, as docs/backup.md says."
              .formatted(PostgresBinaries.MAJOR, data(), found, found));
    }
  }

  /** Makes the cluster with roles and database beside its place, and moves it there when whole. */
  void create(PostgresProgram programs) throws IOException, InterruptedException {
    log.info("Creating the embedded PostgreSQL in {}", data());
    Path fresh = home.resolve("data.new");
    FileSystemUtils.deleteRecursively(fresh);
    password(SUPERUSER).readOrCreate();
    programs.run(
        NO_INPUT,
        home.resolve("initdb.log"),
        "initdb",
        "--pgdata=" + fresh,
        "--username=" + SUPERUSER,
        "--pwfile=" + password(SUPERUSER).path(),
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8");
    Files.writeString(
        fresh.resolve("postgresql.conf"),
        "\ninclude 'matriarch.conf'\ninclude_if_exists 'local.conf'\n",
        StandardOpenOption.APPEND);
    Files.writeString(fresh.resolve("matriarch.conf"), "");
    createRoles(programs, fresh);
    Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void createRoles(PostgresProgram programs, Path fresh)
      throws IOException, InterruptedException {
    // Single-user mode ends a statement at a semicolon that an empty line follows (-j).
    String statements =
        """
        create role %1$s login createrole password '%2$s';

        create role %3$s login password '%4$s';

        create role %5$s nologin;

        grant %5$s to %1$s with admin option;

        create database %6$s owner %1$s;

        """
            .formatted(
                OWNER,
                password(OWNER).readOrCreate(),
                APP,
                password(APP).readOrCreate(),
                AGENT,
                DATABASE);
    Path input = secrets.resolve("roles.sql");
    try {
      SecretFile.writePrivately(input, statements);
      programs.run(
          input,
          home.resolve("roles.log"),
          "postgres",
          "--single",
          "-j",
          "-c",
          "exit_on_error=on",
          "-D",
          fresh.toString(),
          "postgres");
    } finally {
      Files.deleteIfExists(input);
    }
  }

  void configure(int port) throws IOException {
    Files.writeString(data().resolve("matriarch.conf"), configuration(port));
    Files.writeString(
        data().resolve("pg_hba.conf"),
        """
        # Written by Matriarch at each start.
        host  all          all       127.0.0.0/8  scram-sha-256
        host  replication  postgres  127.0.0.0/8  scram-sha-256
        """);
    Files.createDirectories(home.resolve("log"), SecretFile.PRIVATE_DIRECTORY);
  }

  private static String configuration(int port) {
    return """
    # Written by Matriarch at each start; put settings of your own into local.conf.
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    password_encryption = 'scram-sha-256'
    max_connections = 120
    timezone = 'UTC'
    log_timezone = 'UTC'
    logging_collector = on
    log_directory = '../log'
    log_filename = 'postgresql-%%a.log'
    log_truncate_on_rotation = on
    log_rotation_age = 1d
    log_rotation_size = 0
    log_line_prefix = '%%m [%%p] %%q%%u@%%d '
    """
        .formatted(port);
  }

  Path portFile() {
    return home.resolve("port");
  }

  void keep(int port) throws IOException {
    Files.write(portFile(), (port + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
