package io.matriarch.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connects from one host to several servers at once, and tells which of them took the connection.
 * Changes nothing. Connection strings go through standard input into a private file.
 */
public final class TryReach {

  private static final String SCRIPT = Scripts.resource("reach.sh");
  private static final String PORTS = Scripts.resource("reach-port.sh");

  private TryReach() {}

  /** A server and where it listens. */
  public record Door(String host, int port) {}

  /**
   * What came of one connection.
   *
   * @param kind replication, sql or port
   * @param server which of those that were given, from 0
   * @param trouble null if it was taken
   */
  public record Reached(String kind, int server, @Nullable String trouble) {}

  /** As a WAL receiver, and for SQL in database postgres, with the role of the receiver. */
  public static LocalCommand command(Cluster from, List<Conninfo> to) {
    StringBuilder services = new StringBuilder();
    for (int i = 0; i < to.size(); i++) {
      services.append(to.get(i).service("matriarch" + (i + 1)));
    }
    return new LocalCommand(
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "matriarch-reach",
            from.dataDirectory(),
            Objects.requireNonNullElse(from.binDirectory(), ""),
            Integer.toString(to.size())),
        services.toString());
  }

  /** Whether servers answer at their ports; nobody signs in. */
  public static LocalCommand ports(List<Door> to) {
    return ports(to, Duration.ofSeconds(4));
  }

  /** The same within a time limit for each, of at least a second. */
  public static LocalCommand ports(List<Door> to, Duration limit) {
    List<String> arguments = new ArrayList<>(List.of("sh", "-c", PORTS, "matriarch-reach"));
    arguments.add(Long.toString(Math.max(1, limit.toSeconds())));
    to.forEach(
        door -> {
          arguments.add(door.host());
          arguments.add(Integer.toString(door.port()));
        });
    return new LocalCommand(arguments, "");
  }

  /** What either command printed; what it did not come to is missing. */
  public static List<Reached> read(LocalCommands.Output output) {
    Map<String, Reached> found = new LinkedHashMap<>();
    for (List<String> row : Sql.rows(output)) {
      if (row.size() == 4 && row.get(1).matches("[0-9]{1,3}") && row.get(2).matches("[0-9]{1,3}")) {
        String said = row.get(3).strip();
        String trouble =
            row.get(2).equals("0")
                ? null
                : said.isEmpty() ? "no answer (exit " + row.get(2) + ")" : said;
        found.put(
            row.getFirst() + row.get(1),
            new Reached(row.getFirst(), Integer.parseInt(row.get(1)) - 1, trouble));
      }
    }
    return List.copyOf(found.values());
  }
}
