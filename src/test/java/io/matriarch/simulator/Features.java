package io.matriarch.simulator;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a herd has besides its members and poolers.
 *
 * @param synchronous {@code synchronous_standby_names} of every member
 * @param asynchronous the policy if synchronous standbys do not follow in time
 * @param records of DNS that lead to the primary
 * @param scripts before and after a switch
 */
record Features(String synchronous, boolean asynchronous, int records, boolean scripts) {

  static final Features NONE = new Features("", false, 0, false);

  static Features drawn(Schedule schedule, int members) {
    String names =
        IntStream.rangeClosed(1, members).mapToObj(i -> "db" + i).collect(Collectors.joining(", "));
    List<String> settings =
        List.of(
            "ANY 1 (%s)".formatted(names),
            "FIRST 1 (%s)".formatted(names),
            "ANY %d (%s)".formatted(Math.max(1, members - 2), names));
    return new Features(
        schedule.chance(0.35) ? settings.get((int) schedule.between(0, settings.size())) : "",
        schedule.chance(0.5),
        (int) schedule.between(0, 3),
        schedule.chance(0.4));
  }

  /** Of a switchover. */
  Map<String, String> options() {
    return asynchronous ? Map.of("synchronous", "asynchronous") : Map.of();
  }
}
