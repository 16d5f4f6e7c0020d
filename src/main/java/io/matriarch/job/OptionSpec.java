package io.matriarch.job;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * An option that an action understands.
 *
 * @param choices the allowed values of kind CHOICE; empty otherwise
 * @param standard the value when none is given
 */
public record OptionSpec(
    String name, String label, Kind kind, List<String> choices, String standard, String help) {

  /**
   * What values an option takes; NAME is empty or a name of PostgreSQL, INSTANT is empty or ISO
   * 8601 with a zone, TEXT is a line that a person writes, IDS is {@code all} or ids joined by
   * commas, MEMBER the id of an instance of the herd or 0 for the one that the rule chooses, SERVER
   * the id of a server, or 0 for none.
   */
  public enum Kind {
    CHOICE,
    NUMBER,
    FLAG,
    IDS,
    MEMBER,
    SERVER,
    NAME,
    TEXT,
    INSTANT
  }

  public OptionSpec {
    choices = List.copyOf(choices);
  }

  public static OptionSpec choice(
      String name, String label, List<String> choices, String standard, String help) {
    return new OptionSpec(name, label, Kind.CHOICE, choices, standard, help);
  }

  public static OptionSpec flag(String name, String label, String help) {
    return new OptionSpec(name, label, Kind.FLAG, List.of(), "false", help);
  }

  public static OptionSpec number(String name, String label, long standard, String help) {
    return new OptionSpec(name, label, Kind.NUMBER, List.of(), String.valueOf(standard), help);
  }

  public static OptionSpec name(String name, String label, String help) {
    return new OptionSpec(name, label, Kind.NAME, List.of(), "", help);
  }

  public static OptionSpec text(String name, String label, String help) {
    return new OptionSpec(name, label, Kind.TEXT, List.of(), "", help);
  }

  public static OptionSpec instant(String name, String label, String help) {
    return new OptionSpec(name, label, Kind.INSTANT, List.of(), "", help);
  }

  public static OptionSpec member(String name, String label, String help) {
    return new OptionSpec(name, label, Kind.MEMBER, List.of(), "0", help);
  }

  public static OptionSpec server(String name, String label, String help) {
    return new OptionSpec(name, label, Kind.SERVER, List.of(), "0", help);
  }

  boolean allows(String value) {
    return switch (kind) {
      case CHOICE -> choices.contains(value);
      case NUMBER, MEMBER, SERVER -> value.matches("[0-9]{1,9}");
      case FLAG -> value.equals("true") || value.equals("false");
      case NAME -> value.matches("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.@$-]{0,62}|");
      case TEXT ->
          value.matches("[^\\p{Cntrl}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]{0,200}");
      case INSTANT -> value.isEmpty() || isInstant(value);
      case IDS -> value.equals("all") || value.matches("[0-9]{1,18}(,[0-9]{1,18})*");
    };
  }

  private static boolean isInstant(String value) {
    try {
      return !Instant.parse(value).equals(Instant.MIN);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  String expected() {
    return switch (kind) {
      case CHOICE -> "one of " + choices;
      case NUMBER -> "a number";
      case MEMBER -> "the id of an instance, or 0";
      case SERVER -> "the id of a server, or 0";
      case FLAG -> "true or false";
      case NAME -> "a name of at most 63 letters, digits and _ . @ $ -, or nothing";
      case TEXT -> "one line of at most 200 characters";
      case INSTANT -> "an instant such as 2026-11-25T22:00:00Z, or nothing";
      case IDS -> "all, or ids joined by commas";
    };
  }
}
