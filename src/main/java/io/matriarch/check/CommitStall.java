package io.matriarch.check;

import io.matriarch.postgres.SynchronousNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Commits that wait for synchronous standbys, explained.
 *
 * @param commits how many wait
 * @param seconds for how long the first of them has
 * @param names {@code synchronous_standby_names}
 * @param states of the standbys that are connected, by their application_name in lower case
 */
public record CommitStall(int commits, long seconds, String names, Map<String, String> states) {

  public CommitStall {
    states = Map.copyOf(states);
  }

  /**
   * From the rows of {@code ReplicationSql.COMMITS}; empty if they do not tell.
   *
   * @param rows as they were printed
   */
  public static Optional<CommitStall> read(List<List<String>> rows) {
    int commits = -1;
    long seconds = 0;
    String names = "";
    Map<String, String> states = new TreeMap<>();
    for (List<String> row : rows) {
      switch (row.getFirst() + row.size()) {
        case "waiting3" -> {
          if (!row.get(1).matches("[0-9]{1,9}") || !row.get(2).matches("[0-9]{1,9}")) {
            return Optional.empty();
          }
          commits = Integer.parseInt(row.get(1));
          seconds = Long.parseLong(row.get(2));
        }
        case "names2" -> names = row.get(1);
        case "standby3" ->
            states.merge(row.get(1), row.get(2), (a, b) -> a.equals("streaming") ? a : b);
        default -> {}
      }
    }
    return commits < 0
        ? Optional.empty()
        : Optional.of(new CommitStall(commits, seconds, names, states));
  }

  /**
   * For whom they wait, and what each of these does.
   *
   * @param primary name of its server; in its own list that stands for nobody
   */
  public String explained(String primary) {
    SynchronousNames wanted = SynchronousNames.parse(names);
    List<String> each = new ArrayList<>();
    for (String name : new TreeSet<>(wanted.names())) {
      if (name.equalsIgnoreCase(primary)) {
        continue;
      }
      String state = states.get(name);
      each.add(
          name.equals("*")
              ? states.isEmpty() ? "no standby is connected" : "connected are " + states
              : state == null
                  ? name + " is not connected"
                  : state.equals("streaming")
                      ? name + " is connected and does not answer in time"
                      : "%s is in state %s".formatted(name, state));
    }
    return "%d %s on %s %s waited for up to %d s: each needs %d of its synchronous standbys, and %s. Bring them back, or let commits wait for fewer (Set synchronous), which gives up what that is for"
        .formatted(
            commits,
            commits == 1 ? "commit" : "commits",
            primary,
            commits == 1 ? "has" : "have",
            seconds,
            wanted.needed(),
            String.join(", ", each));
  }
}
