package io.matriarch.simulator;

import io.matriarch.job.Dns;
import io.matriarch.job.DnsRef;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms;
import io.matriarch.simulator.Console.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * {@link Dns} on a model of one server that takes updates, with a secondary that copies later. What
 * keeps an older owner from changing a record is what the real port has: lease, term, precondition.
 */
final class SimulatedDns implements Dns {

  static final String PRIMARY = "ns1";
  static final String SECONDARY = "ns2";
  private static final long EXCHANGE = 5 * Schedule.SECOND;

  private static final long GOOD_FOR = 30 * Schedule.SECOND;
  private static final long FUDGE = 300 * Schedule.SECOND;

  /** What TCP sends again and again after its owner has given up. */
  private static final long RETRANSMITTED = 60 * Schedule.SECOND;

  private static final String DOMAIN = ".example.org";

  /** What a record says that leads to a host. */
  static String value(String host) {
    return host + DOMAIN;
  }

  /** What the servers answer, by the name of the record. */
  static final class Zone {
    final Map<String, String> primary = new TreeMap<>();
    final Map<String, String> secondary = new TreeMap<>();
    boolean refuses;
    boolean stale;

    void copy() {
      if (!stale) {
        secondary.putAll(primary);
      }
    }
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

  /** A question, or an update over a connection that was made before. */
  private <T> T exchange(String server, String what, boolean update, Supplier<T> effect)
      throws StepFailed {
    wire.point(what);
    if (update && !network.both(wire.console().name, server)) {
      wire.console().sleep(EXCHANGE);
      throw new StepFailed("%s: no connection to %s. Nothing was sent.".formatted(what, server));
    }
    Answer<T> answer = new Answer<>(wire.console());
    boolean lost = update && wire.losesReply();
    long until = schedule().now() + (update ? RETRANSMITTED : 0);
    deliver(
        server,
        until,
        () -> {
          T value = effect.get();
          if (!lost) {
            back(server, () -> answer.give(value));
          }
        });
    schedule()
        .after(
            EXCHANGE,
            () -> answer.refuse(new StepFailed("%s: no answer of %s.".formatted(what, server))));
    T value = answer.await();
    wire.point(what + Faults.ANSWERED);
    return value;
  }

  private void deliver(String server, long until, Runnable effect) {
    schedule()
        .after(
            schedule().between(200, 3000),
            () -> {
              if (network.open(wire.console().name, server)) {
                effect.run();
              } else if (schedule().now() < until) {
                schedule().after(Schedule.SECOND, () -> deliver(server, until, effect));
              }
            });
  }

  private void back(String server, Runnable give) {
    schedule()
        .after(
            schedule().between(200, 3000),
            () -> {
              if (network.open(server, wire.console().name)) {
                give.run();
              }
            });
  }

  @Override
  public Seen look(DnsRef record) throws StepFailed {
    String value =
        exchange(
            PRIMARY,
            "ask for " + record,
            false,
            () -> zone.primary.getOrDefault(record.name(), ""));
    return new Seen(value.isEmpty() ? List.of() : List.of(value), record.ttl());
  }

  @Override
  public void move(DnsRef record, List<String> from, String to)
      throws StepFailed, InterruptedException {
    long asOf = schedule().now() + wire.console().skew;
    wire.caller().requireLease();
    terms.requireOwn();
    wire.caller().changing();
    wire.caller().requireLease();
    if (look(record).values().equals(List.of(to))) {
      return;
    }
    wire.changes("update", PRIMARY);
    String refused =
        exchange(
            PRIMARY,
            "update %s to %s".formatted(record, to),
            true,
            () -> update(record, from, to, asOf));
    if (!refused.isEmpty()) {
      throw new StepFailed("Setting %s to %s: %s.".formatted(record, to, refused));
    }
  }

  /** Why not; empty if it was done. */
  private String update(DnsRef record, List<String> from, String to, long asOf) {
    String now = zone.primary.getOrDefault(record.name(), "");
    if (zone.refuses) {
      return "REFUSED";
    }
    long age = schedule().now() - asOf;
    if ((age > GOOD_FOR || age < GOOD_FOR - 2 * FUDGE) && !wire.has(Plant.SIGNATURE_WITHOUT_AGE)) {
      return "BADTIME";
    }
    if (!from.isEmpty() && !from.equals(List.of(now))) {
      return "NXRRSET: it has %s and not %s".formatted(now, from);
    }
    zone.primary.put(record.name(), to);
    schedule().tell(() -> PRIMARY + ": " + record + " is " + to);
    wire.named(record.name(), to.replace(DOMAIN, ""));
    schedule().after(schedule().between(10 * Schedule.MILLI, 2 * Schedule.SECOND), zone::copy);
    return "";
  }

  @Override
  public void lowerTtl(DnsRef record, String value, Duration ttl)
      throws StepFailed, InterruptedException {
    move(record, List.of(value), value);
  }

  @Override
  public void awaitEverywhere(DnsRef record, String value, Duration limit) throws StepFailed {
    if (wire.has(Plant.NAMES_NOT_AWAITED)) {
      return;
    }
    long end = schedule().now() + limit.toMillis() * 1000;
    for (String server : List.of(PRIMARY, SECONDARY)) {
      while (!value.equals(answer(server, record))) {
        if (schedule().now() > end) {
          throw new StepFailed("%s is not %s at %s.".formatted(record, value, server));
        }
        wire.console().sleep(250 * Schedule.MILLI);
      }
    }
  }

  /** Empty if it does not answer. */
  private String answer(String server, DnsRef record) {
    Map<String, String> from = server.equals(PRIMARY) ? zone.primary : zone.secondary;
    try {
      return exchange(
          server, "ask for " + record, false, () -> from.getOrDefault(record.name(), ""));
    } catch (StepFailed e) {
      return "";
    }
  }
}
