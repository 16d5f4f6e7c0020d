package io.matriarch.postgres;

/**
 * How to ask an instance over the network, with {@code sslmode=verify-full}. It prints without the
 * password.
 *
 * @param host also the name that the server's certificate must bear
 * @param rootCertificates in PEM form; whom alone we believe
 */
public record SqlLogin(
    String host, int port, String database, String user, String password, String rootCertificates) {

  @Override
  public String toString() {
    return "%s at %s:%d, database %s".formatted(user, host, port, database);
  }
}
