package io.matriarch.watch;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who could reach whom within a herd when it was last looked at.
 *
 * @param members how many the herd had; {@link #MOST} of them are tried at most
 */
public record Connectivity(List<Way> ways, int members, Instant at) {

  /** Members that are tried; the number of ways grows with its square. */
  public static final int MOST = 12;

  /** What ways begin at if they do at this console. */
  public static final String CONSOLE = "console";

  public Connectivity {
    ways = List.copyOf(ways);
  }

  /**
   * One connection that was tried.
   *
   * @param from a server, or {@link #CONSOLE}
   * @param kind ssh, sql, replication, or port: whether PostgreSQL answers there
   * @param trouble what came back; null if it was taken
   */
  public record Way(String from, String to, String kind, @Nullable String trouble) {}
}
