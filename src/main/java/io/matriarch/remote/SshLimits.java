package io.matriarch.remote;

import java.time.Duration;

/**
 * How much SSH may use.
 *
 * @param connect for a new connection, from its first packet to the end of authentication
 * @param queue how long a command waits for a free session of its host
 * @param sessionsPerConnection commands at once on one connection; a stock sshd allows 10
 * @param connections in all; idle ones give way to new ones
 * @param idle after which an unused connection is closed
 * @param keepAlive between two questions to a host whether it is still there
 * @param output characters kept of each output of a command, and given to its sink
 * @param line characters of a line, after which it goes on in the next
 */
public record SshLimits(
    Duration connect,
    Duration queue,
    int sessionsPerConnection,
    int connectionsPerHost,
    int connections,
    Duration idle,
    Duration keepAlive,
    int output,
    int line) {

  public static final SshLimits DEFAULT =
      new SshLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          8,
          2,
          1000,
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          1_000_000,
          16_000);

  public SshLimits {
    if (sessionsPerConnection < 1 || connectionsPerHost < 1 || connections < 1) {
      throw new IllegalArgumentException(
          "SSH needs at least one connection and session: " + connections);
    }
    if (output < 1 || line < 1) {
      throw new IllegalArgumentException("The limits of output and line must be positive.");
    }
    if (!connect.isPositive()
        || !queue.isPositive()
        || !idle.isPositive()
        || !keepAlive.isPositive()) {
      throw new IllegalArgumentException("The time limits of SSH must be positive.");
    }
  }
}
