package io.matriarch.inventory;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataIntegrityViolationException;

/** Says in words what a constraint of the schema refused; reached by races and odd locales only. */
final class Violations {

  private Violations() {}

  static Conflict conflict(DataIntegrityViolationException e) {
    return new Conflict(
        "Nothing was saved: another entry has the same values already (constraint %s). Reload and choose others."
            .formatted(constraint(e)));
  }

  static EditRefused refusal(DataIntegrityViolationException e) {
    String constraint = constraint(e);
    if (constraint.endsWith("_fkey")) {
      return new Conflict(
          "Nothing was saved: something this refers to, or that refers to it, has changed meanwhile (constraint %s). Reload and try again."
              .formatted(constraint));
    }
    return new InvalidField(
        constraint
            .replaceFirst(
                "^(environment|server|herd|command_profile|setting|pooler|alarm_receiver)_", "")
            .replaceFirst("_check\\d*$", ""),
        "was refused by the database (constraint %s)".formatted(constraint));
  }

  private static String constraint(DataIntegrityViolationException e) {
    if (e.getMostSpecificCause() instanceof PSQLException cause) {
      @Nullable ServerErrorMessage message = cause.getServerErrorMessage();
      if (message != null && message.getConstraint() != null) {
        return message.getConstraint();
      }
    }
    return "unknown";
  }
}
