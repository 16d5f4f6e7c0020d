package io.matriarch.store;

/** Who we are to a store; the password is never shown. */
public record StoreLogin(String user, String password) {

  public StoreLogin {
    // ZooKeeper's digest scheme ends the name at the first colon.
    if (user.isBlank() || user.contains(":")) {
      throw new IllegalArgumentException("not the name of a user: " + user);
    }
    if (password.isEmpty()) {
      throw new IllegalArgumentException("the password of user " + user + " is empty");
    }
  }

  @Override
  public String toString() {
    return "user %s (***)".formatted(user);
  }
}
