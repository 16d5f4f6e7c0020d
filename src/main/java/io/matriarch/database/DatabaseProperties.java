package io.matriarch.database;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the metadata database is. Without a {@code url} an embedded PostgreSQL is started on {@code
 * port}, or on a free one that is then kept.
 */
@ConfigurationProperties("matriarch.database")
record DatabaseProperties(
    @Nullable String url,
    @Nullable String user,
    @Nullable String password,
    @Nullable String ownerUser,
    @Nullable String ownerPassword,
    @Nullable Integer port) {

  boolean embedded() {
    return url == null || url.isBlank();
  }

  DatabaseLogin app() {
    return new DatabaseLogin(
        required("url", url), required("user", user), required("password", password));
  }

  DatabaseLogin owner() {
    return new DatabaseLogin(
        required("url", url),
        required("owner-user", ownerUser),
        required("owner-password", ownerPassword));
  }

  private static String required(String name, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new DatabaseStartFailed(
          "matriarch.database.url names a server of yours, but matriarch.database."
              + name
              + " is not set; set url, user, password, owner-user and owner-password, or none of"
              + " them for the embedded database.");
    }
    return value;
  }

  @Override
  public String toString() {
    return "DatabaseProperties[url=" + url + ", user=" + user + ", password=***]";
  }
}
