package io.matriarch.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The local administrator for the day when the directory is down: a secret in a file on this host
 * that is good for one sign-in, after which a new one lies there.
 */
final class BreakGlass {

  static final String NAME = "break-glass";

  private static final Logger log = LoggerFactory.getLogger(BreakGlass.class);

  private final JdbcClient jdbc;
  private final Path file;

  BreakGlass(JdbcClient jdbc, Path file) {
    this.jdbc = jdbc;
    this.file = file;
  }

  /** Makes sure that the file holds a secret that works. */
  void prepare() {
    try {
      if (!Files.exists(file) || !works(Secret.of(Files.readString(file).strip()))) {
        renew();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Preparing the break-glass secret in " + file, e);
    }
  }

  /** Uses the secret up; false if it is wrong or was used before. */
  boolean use(Secret secret, @Nullable String address) {
    int used =
        jdbc.sql(
                """
                update matriarch.break_glass set used_at = now(), used_from = :address
                 where hash = :hash and used_at is null
                """)
            .param("address", address)
            .param("hash", Secrets.hash(secret))
            .update();
    if (used == 0) {
      return false;
    }
    log.warn("BREAK-GLASS sign-in from {}: the local administrator's secret was used", address);
    prepare();
    return true;
  }

  private boolean works(Secret secret) {
    return jdbc.sql(
            "select exists (select from matriarch.break_glass where hash = :hash and used_at is null)")
        .param("hash", Secrets.hash(secret))
        .query(Boolean.class)
        .single();
  }

  private void renew() throws IOException {
    Secret secret = Secrets.random("");
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.createDirectories(
        file.toAbsolutePath().getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, secret.reveal() + "\n");
    jdbc.sql("insert into matriarch.break_glass (hash) values (:hash)")
        .param("hash", Secrets.hash(secret))
        .update();
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    log.info("Break-glass administrator: user {}, one-time secret in {}", NAME, file);
  }
}
