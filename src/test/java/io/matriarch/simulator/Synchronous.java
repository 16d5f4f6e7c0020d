package io.matriarch.simulator;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** For whom a commit waits, by {@code synchronous_standby_names}. */
record Synchronous(boolean any, int needed, List<String> names) {

  private static final Pattern FORM = Pattern.compile("(ANY|FIRST) (\\d+) \\(([^)]*)\\)");

  static Synchronous of(String setting) {
    if (setting.isEmpty()) {
      return new Synchronous(true, 0, List.of());
    }
    Matcher matcher = FORM.matcher(setting);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("the model does not write this so: " + setting);
    }
    return new Synchronous(
        matcher.group(1).equals("ANY"),
        Integer.parseInt(matcher.group(2)),
        List.of(matcher.group(3).split(", ")));
  }

  /** Whether enough of those that stream have so many records, as far as the primary hears it. */
  boolean isMet(Instance primary, int records) {
    return has(primary, records) >= needed;
  }

  private long has(Instance primary, int records) {
    Stream<Instance> streaming =
        names.stream()
            .flatMap(n -> Stream.ofNullable(primary.herd.at(n)))
            .filter(i -> i.from == primary && i.isRunning());
    // Those named first are asked; one that streams and lags holds the commit.
    Stream<Instance> asked = any ? streaming : streaming.limit(needed);
    return asked
        .filter(i -> i.wal.size() >= records)
        .filter(i -> primary.herd.network.both(i.machine.name, primary.machine.name))
        .count();
  }
}
