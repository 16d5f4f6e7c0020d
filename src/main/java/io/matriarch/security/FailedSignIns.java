package io.matriarch.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows guessing down: after some failures a key (a name from an address, an address, a name) has
 * to wait, each time twice as long. Bounded, so that guessing cannot fill the memory.
 */
final class FailedSignIns {

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final Duration FORGET_AFTER = Duration.ofMinutes(30);

  private final Clock clock;
  private final int largest;
  private final Map<String, Failures> table = new LinkedHashMap<>();

  FailedSignIns(Clock clock, int largest) {
    this.clock = clock;
    this.largest = largest;
  }

  private record Failures(int count, Instant last) {}

  /** How long this name has to wait at this address; zero if it may try now. */
  synchronized Duration wait(String name, String address) {
    return longest(
        left(pair(name, address), 5), left("address " + address, 30), left("name " + name, 60));
  }

  synchronized void failed(String name, String address) {
    count(pair(name, address));
    count("address " + address);
    count("name " + name);
  }

  /** A success forgives the person at this place, not an address that guesses other names. */
  synchronized void succeeded(String name, String address) {
    table.remove(pair(name, address));
  }

  private static String pair(String name, String address) {
    return "pair " + address + " " + name;
  }

  private Duration left(String key, int free) {
    Failures failures = table.get(key);
    if (failures == null || failures.count() < free) {
      return Duration.ZERO;
    }
    Duration pause = Duration.ofSeconds(1L << Math.min(failures.count() - free + 1, 20));
    if (pause.compareTo(LONGEST_WAIT) > 0) {
      pause = LONGEST_WAIT;
    }
    Duration left = Duration.between(clock.instant(), failures.last().plus(pause));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void count(String key) {
    Instant now = clock.instant();
    Failures old = table.remove(key);
    boolean fresh = old == null || old.last().plus(FORGET_AFTER).isBefore(now);
    table.put(key, new Failures(fresh ? 1 : old.count() + 1, now));
    if (table.size() > largest) {
      table.remove(table.keySet().iterator().next());
    }
  }

  private static Duration longest(Duration... waits) {
    Duration longest = Duration.ZERO;
    for (Duration wait : waits) {
      longest = wait.compareTo(longest) > 0 ? wait : longest;
    }
    return longest;
  }
}
