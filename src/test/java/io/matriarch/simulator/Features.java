package io.matriarch.simulator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a herd has besides its members and poolers.
 *
 * @param synchronous {@code synchronous_standby_names} of every member
 * @param asynchronous the policy if synchronous standbys do not follow in time
 * @param records of DNS that lead to the primary
 * @param scripts before and after a switch
 * @param fast whether switchovers promote before the former primary has stopped
 * @param disaster what becomes of the primary before the first job, which is a failover then
 */
record Features(
    String synchronous,
    boolean asynchronous,
    int records,
    boolean scripts,
    Disaster disaster,
    boolean fast) {

  /** How a primary is lost. */
  enum Disaster {
    NONE,
    /** Its processes are killed; its host goes on. */
    CRASH,
    /** Its host is off for good, and a person knows it. */
    OFF,
    /** It is well, and given up all the same. */
    GIVEN_UP,
    /** It runs on where nobody reaches it but a client, and perhaps a standby. */
    CUT_OFF
  }

  static final Features NONE = new Features("", false, 0, false, Disaster.NONE, false);

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
        schedule.chance(0.4),
        schedule.chance(0.75)
            ? Disaster.NONE
            : List.of(Disaster.CRASH, Disaster.OFF, Disaster.GIVEN_UP, Disaster.CUT_OFF)
                .get((int) schedule.between(0, 4)),
        schedule.chance(0.2));
  }

  /** Of a switchover. */
  Map<String, String> options() {
    Map<String, String> options = new TreeMap<>(policy());
    if (fast) {
      options.put("fast", "true");
    }
    return options;
  }

  private Map<String, String> policy() {
    return asynchronous ? Map.of("synchronous", "asynchronous") : Map.of();
  }

  /** The same in a herd whose primary is cut off while each commit waits for one standby. */
  Features cutOff() {
    return new Features("ANY 1 (db1, db2, db3)", false, records, scripts, Disaster.CUT_OFF, fast);
  }

  /** The same with or without a lost primary. */
  Features with(boolean lost) {
    return new Features(
        synchronous,
        asynchronous,
        records,
        scripts,
        !lost ? Disaster.NONE : disaster == Disaster.NONE ? Disaster.CRASH : disaster,
        fast);
  }

  /** Of a failover. */
  Map<String, String> failoverOptions(boolean partial) {
    Map<String, String> options = new TreeMap<>(policy());
    if (disaster == Disaster.CUT_OFF) {
      options.put("fence", "synchronous");
    } else {
      options.put("acceptLoss", "true");
    }
    options.put("ignoreMissing", Boolean.toString(partial));
    if (disaster == Disaster.OFF) {
      options.put("statement", "powered off");
    }
    if (disaster == Disaster.GIVEN_UP) {
      options.put("ignoreAlive", "true");
      options.put("fence", "hba");
    }
    return options;
  }
}
