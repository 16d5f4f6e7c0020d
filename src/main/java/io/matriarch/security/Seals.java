package io.matriarch.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Seals secrets that have to be used again, so that the database alone yields none of them. The key
 * lies in {@code secrets/seal-key} of the data directory. Each secret is bound to its place: moved
 * to another row it does not open.
 *
 * <p>A console that lacks the key its database was sealed with starts, says so, and neither opens
 * nor seals until the file is back; it looks again at each use.
 */
@Component
public class Seals {

  private static final Logger log = LoggerFactory.getLogger(Seals.class);

  private final JdbcClient jdbc;
  private final Path file;
  private volatile @Nullable SealKey key;

  public Seals(JdbcClient jdbc, @Value("${matriarch.data-directory}") Path dataDirectory) {
    this.jdbc = jdbc;
    this.file = dataDirectory.resolve("secrets").resolve("seal-key");
    try {
      key = usedKeys().isEmpty() ? first() : found();
    } catch (SealBroken e) {
      log.error("{}", e.getMessage());
    }
  }

  /**
   * @throws SealBroken if the key is missing or another one
   */
  public Sealed seal(Secret secret, String table, long row, String column) {
    return key().seal(secret, place(table, row, column));
  }

  /**
   * @throws SealBroken if the key is missing or another one, or if the text was altered or stood in
   *     another row
   */
  public Secret open(Sealed sealed, String table, long row, String column) {
    SealKey ours = key();
    if (!sealed.keyId().equals(ours.id())) {
      throw new SealBroken(
          "The secret sealed for %s needs key %s, and %s holds key %s. Restore the other file from its backup, or enter the secret again."
              .formatted(place(table, row, column), sealed.keyId(), file, ours.id()));
    }
    return ours.open(sealed, place(table, row, column));
  }

  private static String place(String table, long row, String column) {
    return "%s %d %s".formatted(table, row, column);
  }

  private SealKey key() {
    SealKey known = key;
    if (known == null) {
      known = found();
      key = known;
    }
    return known;
  }

  private SealKey found() {
    List<String> used = usedKeys();
    SealKey found = Files.exists(file) ? SealKey.read(file) : null;
    if (found == null || !used.contains(found.id())) {
      throw new SealBroken(
          "The key file %s %s, and passwords in this database are sealed with key %s: they cannot be used, and none can be saved. Restore the file from its backup with mode 0400 (docs/backup.md); if it is lost, delete the rows of matriarch.seal_key, restart, and enter the passwords again."
              .formatted(
                  file,
                  found == null ? "is missing" : "holds key " + found.id(),
                  String.join(", ", used)));
    }
    return found;
  }

  private SealKey first() {
    try {
      SealKey made = Files.exists(file) ? SealKey.read(file) : SealKey.create(file);
      jdbc.sql("insert into matriarch.seal_key (key_id) values (:id) on conflict do nothing")
          .param("id", made.id())
          .update();
      log.info("Stored passwords are sealed with key {} in {}; back it up apart", made.id(), file);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException("Making the key file " + file, e);
    }
  }

  private List<String> usedKeys() {
    return jdbc.sql("select key_id from matriarch.seal_key order by made_at")
        .query(String.class)
        .list();
  }
}
