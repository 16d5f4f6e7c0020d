package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.postgres.ReadinessFacts;
import io.matriarch.postgres.ReadinessFacts.Slot;
import io.matriarch.postgres.ReadinessFacts.Standby;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Whether the candidate can carry what the primary carries. */
final class CapacityReadiness {

  private static final List<String> NOT_LOWER =
      List.of(
          "max_connections",
          "max_worker_processes",
          "max_wal_senders",
          "max_prepared_transactions",
          "max_locks_per_transaction");

  private CapacityReadiness() {}

  static Check notLower(Look look) {
    String name = "settings that a standby must not have lower";
    List<String> lower = new ArrayList<>();
    for (String setting : NOT_LOWER) {
      Integer wanted = Looked.number(look.candidate(), setting);
      for (Member member : look.followers()) {
        if (member.facts() == null) {
          continue;
        }
        Integer has = Looked.number(member, setting);
        if (wanted == null || has == null) {
          lower.add(setting + " is not known");
        } else if (has < wanted) {
          lower.add(
              "%s is %d on %s and %d on %s"
                  .formatted(setting, has, member.server(), wanted, Looked.candidate(look)));
        }
      }
    }
    return lower.isEmpty()
        ? Check.passed(name, String.join(", ", NOT_LOWER) + " are high enough everywhere")
        : Looked.ease(
            Check.failed(
                name,
                String.join("; ", lower),
                "It could not follow the new primary; raise them there and restart."));
  }

  /** A slot that is made on the candidate reserves WAL from its last restart point on. */
  static Check keptWal(Look look) {
    String name = "the candidate keeps the WAL that the others need";
    OptionalLong kept = Looked.facts(look.candidate()).redo();
    if (kept.isEmpty()) {
      return Check.warning(name, "not known", "Ask its pg_control_checkpoint().");
    }
    List<String> behind = new ArrayList<>();
    for (Member other : look.others()) {
      ReadinessFacts facts = other.facts();
      if (facts == null) {
        continue;
      }
      long has = Math.max(facts.received().orElse(0), facts.replayed().orElse(0));
      if (has < kept.getAsLong()) {
        behind.add(
            "%s is %s behind where %s keeps WAL from"
                .formatted(
                    other.server(), Looked.bytes(kept.getAsLong() - has), Looked.candidate(look)));
      }
    }
    return behind.isEmpty()
        ? Check.passed(name, "from before where each of them is")
        : Looked.ease(
            Check.failed(
                name,
                String.join("; ", behind),
                "It may not be able to follow the new primary; wait until it has caught up."));
  }

  static Check walLevel(Look look) {
    String name = "WAL level";
    String primary = Looked.facts(look.primary()).setting("wal_level");
    String candidate = Looked.facts(look.candidate()).setting("wal_level");
    return candidate != null && candidate.equals(primary) && !candidate.equals("minimal")
        ? Check.passed(name, candidate)
        : Looked.ease(
            Check.failed(
                name,
                "%s on %s, %s on %s"
                    .formatted(
                        Looked.said(primary),
                        Looked.server(look),
                        Looked.said(candidate),
                        Looked.candidate(look)),
                "Set wal_level alike on both and restart the standby."));
  }

  static Check room(Look look) {
    String name = "room for WAL senders and slots on the candidate";
    ReadinessFacts candidate = Looked.facts(look.candidate());
    Integer senders = Looked.number(look.candidate(), "max_wal_senders");
    Integer most = Looked.number(look.candidate(), "max_replication_slots");
    List<Slot> slots = candidate.slots();
    List<Standby> cascaded = candidate.standbys();
    if (senders == null || most == null || slots == null || cascaded == null) {
      return Check.failed(name, "not known", "Ask its settings and pg_replication_slots.");
    }
    int needed = look.followers().size();
    int freeSenders = senders - cascaded.size();
    // Ours are named by the member they serve and are taken again.
    int freeSlots =
        most - (int) slots.stream().filter(s -> !s.name().startsWith("matriarch_")).count();
    String seen =
        "%d senders and %d slots free, %d needed".formatted(freeSenders, freeSlots, needed);
    return freeSenders >= needed && freeSlots >= needed
        ? Check.passed(name, seen)
        : Check.failed(
            name,
            seen,
            "Raise max_wal_senders and max_replication_slots on %s and restart it."
                .formatted(Looked.candidate(look)));
  }

  static Check invalidSlots(Look look) {
    String name = "no slot is invalidated";
    List<String> wrong = new ArrayList<>();
    for (Member member : List.of(look.primary(), look.candidate())) {
      List<Slot> slots = Looked.facts(member).slots();
      if (slots == null) {
        wrong.add("not known on " + member.server());
      } else {
        slots.stream()
            .filter(Slot::invalid)
            .forEach(s -> wrong.add(s.name() + " on " + member.server()));
      }
    }
    return wrong.isEmpty()
        ? Check.passed(name, "none")
        : Check.warning(
            name,
            String.join(", ", wrong),
            "Whoever reads such a slot must be set up again; drop it.");
  }

  static Check logicalSlots(Look look) {
    String name = "logical slots go along";
    List<Slot> primary = Looked.facts(look.primary()).slots();
    List<Slot> candidate = Looked.facts(look.candidate()).slots();
    if (primary == null || candidate == null) {
      return Looked.ease(Check.failed(name, "not known", "Ask pg_replication_slots on both."));
    }
    Predicate<Slot> synced =
        s ->
            candidate.stream()
                .anyMatch(
                    c ->
                        c.name().equals(s.name())
                            && Boolean.TRUE.equals(c.synced())
                            && !c.temporary()
                            && !c.invalid());
    List<String> lost =
        primary.stream()
            .filter(s -> s.logical() && !s.temporary() && !synced.test(s))
            .map(Slot::name)
            .toList();
    return lost.isEmpty()
        ? Check.passed(
            name,
            primary.stream().anyMatch(Slot::logical) ? "all are synchronised" : "there are none")
        : Looked.ease(
            Check.failed(
                name,
                "%s would be lost".formatted(String.join(", ", lost)),
                "Their readers would have to start anew; from PostgreSQL 17 on make them failover slots."));
  }

  /** From PostgreSQL 17 on; a slot that is not there is waited for without end. */
  static Check awaitedSlots(Look look) {
    String name = "slots that logical readers wait for are on the candidate";
    String awaited = Looked.facts(look.candidate()).setting("synchronized_standby_slots");
    List<Slot> slots = Looked.facts(look.candidate()).slots();
    Integer version = Looked.facts(look.candidate()).versionNum();
    if (version != null && version < 170_000 || awaited != null && awaited.isBlank()) {
      return Check.passed(name, "none is waited for");
    }
    if (awaited == null || slots == null) {
      return Looked.ease(Check.failed(name, "not known", "Compare synchronized_standby_slots."));
    }
    List<String> missing =
        Stream.of(awaited.split(","))
            .map(s -> s.strip().replace("\"", ""))
            // Ours are made in a switch.
            .filter(s -> !s.isEmpty() && !s.matches("matriarch_[0-9]+"))
            .filter(s -> slots.stream().noneMatch(slot -> slot.name().equals(s)))
            .toList();
    return missing.isEmpty()
        ? Check.passed(name, awaited)
        : Looked.ease(
            Check.failed(
                name,
                "%s of synchronized_standby_slots not on %s"
                    .formatted(String.join(", ", missing), Looked.candidate(look)),
                "Logical readers would get nothing more after the switch; create them there, or name those that are there."));
  }
}
