package io.matriarch.simulator;

import io.matriarch.job.Dns;
import io.matriarch.job.DnsRef;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@link Dns} on a model of one server that takes updates, with a secondary that copies later. What
 * keeps an older owner from changing a record is what the real port has: lease, term, precondition.
 */
final class SimulatedDns implements Dns {

  private static final String SERVER = "ns1";

  /** What the servers answer, by the name of the record. */
  static final class Zone {
    final Map<String, String> primary = new TreeMap<>();
    final Map<String, String> secondary = new TreeMap<>();
  }

  private final Zone zone;
  private final Wire wire;
  private final Terms terms;
  private final Network network;

  SimulatedDns(Zone zone, Wire wire, Terms terms, Network network) {
    this.zone = zone;
    this.wire = wire;
    this.terms = terms;
    this.network = network;
  }

  private Schedule schedule() {
    return wire.console().schedule;
  }

  private void reach(DnsRef record) throws StepFailed {
    wire.console().sleep(schedule().between(300, 3000));
    if (!network.both(wire.console().name, SERVER)) {
      wire.console().sleep(5 * Schedule.SECOND);
      throw new StepFailed("Asking %s for %s: no answer.".formatted(SERVER, record));
    }
  }

  @Override
  public Seen look(DnsRef record) throws StepFailed {
    reach(record);
    String value = zone.primary.get(record.name());
    return new Seen(value == null ? List.of() : List.of(value), record.ttl());
  }

  @Override
  public void move(DnsRef record, List<String> from, String to)
      throws StepFailed, InterruptedException {
    wire.caller().requireLease();
    terms.requireOwn();
    wire.caller().changing();
    wire.caller().requireLease();
    reach(record);
    String now = zone.primary.get(record.name());
    if (to.equals(now)) {
      return;
    }
    if (!from.equals(now == null ? List.of() : List.of(now))) {
      throw new StepFailed("%s has %s and not %s; not set.".formatted(record, now, from));
    }
    zone.primary.put(record.name(), to);
    schedule().tell(() -> SERVER + ": " + record + " is " + to);
    schedule()
        .after(
            schedule().between(10 * Schedule.MILLI, 2 * Schedule.SECOND),
            () -> zone.secondary.putAll(zone.primary));
  }

  @Override
  public void lowerTtl(DnsRef record, String value, Duration ttl)
      throws StepFailed, InterruptedException {
    move(record, List.of(value), value);
  }

  @Override
  public void awaitEverywhere(DnsRef record, String value, Duration limit) throws StepFailed {
    long end = schedule().now() + limit.toMillis() * 1000;
    while (!value.equals(zone.secondary.get(record.name()))) {
      if (schedule().now() > end) {
        throw new StepFailed("%s is not %s everywhere.".formatted(record, value));
      }
      wire.console().sleep(250 * Schedule.MILLI);
    }
  }
}
