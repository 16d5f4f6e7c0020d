package io.matriarch.database;

/** A JDBC URL with the user and password to use there. */
public record DatabaseLogin(String url, String user, String password) {

  @Override
  public String toString() {
    return user + " at " + url + " (password ***)";
  }
}
