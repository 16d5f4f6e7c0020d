package io.matriarch.check;

import io.matriarch.check.ReadinessChecks.Look;
import io.matriarch.check.ReadinessChecks.Member;
import io.matriarch.postgres.ReadinessFacts;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the readiness checks have in common. */
final class Looked {

  private Looked() {}

  static Check limit(Check check, String threshold) {
    return new Check(
        check.name(),
        check.outcome(),
        check.seen(),
        threshold,
        check.observedAt(),
        check.remedy(),
        check.overruledBy());
  }

  static Check ease(Check failed) {
    return failed.overruledBy(ReadinessChecks.IGNORE_READINESS);
  }

  static ReadinessFacts facts(Member member) {
    return Objects.requireNonNull(member.facts());
  }

  static String server(Look look) {
    return look.primary().server();
  }

  static String candidate(Look look) {
    return look.candidate().server();
  }

  static @Nullable Integer number(Member member, String setting) {
    String value = facts(member).setting(setting);
    return value != null && value.matches("[0-9]{1,9}") ? Integer.valueOf(value) : null;
  }

  static String said(@Nullable Object value) {
    return value == null ? "not known" : value.toString();
  }

  static String bytes(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
