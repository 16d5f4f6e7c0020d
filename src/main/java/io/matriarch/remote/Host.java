package io.matriarch.remote;

import java.util.List;

/**
 * All that is needed to reach a host over SSH.
 *
 * @param name what people call it; used in messages only
 * @param pinnedKeys the host keys it may show, as in {@code known_hosts}: {@code ssh-ed25519
 *     AAAA...}; with none it is never connected to
 * @param become what starts a command as the owner of PostgreSQL, such as {@code sudo -n -u
 *     postgres}; empty if the SSH user is the owner
 */
public record Host(
    String name,
    String address,
    int port,
    String user,
    List<String> pinnedKeys,
    List<String> become) {

  public Host {
    pinnedKeys = List.copyOf(pinnedKeys);
    become = List.copyOf(become);
    if (address.isBlank() || user.isBlank()) {
      throw new IllegalArgumentException("Host " + name + " needs an address and an SSH user.");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("Host " + name + " has no valid SSH port: " + port);
    }
  }

  /** The command as the owner of PostgreSQL. {@link Shell#run} sends commands as they are. */
  public Command become(Command command) {
    return command.startedBy(become);
  }

  /** {@code postgres@db3.example.com:22}, for messages. */
  public String display() {
    return user + "@" + (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
