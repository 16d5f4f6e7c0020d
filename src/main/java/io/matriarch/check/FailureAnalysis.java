package io.matriarch.check;

import io.matriarch.postgres.ObservedInstance;
import io.matriarch.postgres.Ping;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a primary, by who says what: this console, its host, and the standbys, which
 * may see it by another way. That it cannot be reached is not that it is dead: it is called so only
 * if its host says that no process is left, or if the console and every standby fail to reach it.
 *
 * @param said one line each
 */
public record FailureAnalysis(Verdict verdict, String summary, List<Said> said) {

  /** What the console and the standbys agree on, or that they do not. */
  public enum Verdict {
    /** It serves. */
    SERVING,
    /** It was shut down cleanly. */
    STOPPED,
    /** No process is left, or neither the console nor any standby reaches it. */
    DEAD,
    /** The console does not reach it, and no standby could be asked. */
    UNREACHABLE,
    /** It takes connections, or has processes, and answers no query. */
    HUNG,
    /** Some reach it and some do not. */
    DISPUTED;

    /** As the database and the API write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Who said what, and when. */
  public record Said(String who, String what, Instant at) {}

  /**
   * What the console sees.
   *
   * @param host what its own host says; null if that could not be asked
   * @param trouble why not
   */
  public record Console(Ping ping, @Nullable ObservedInstance host, String trouble, Instant at) {}

  /**
   * What a standby sees.
   *
   * @param trouble why it could not be asked; null if it could
   * @param reaches whether the primary answers at its port from there; null if that is not known
   * @param why what came back if it does not
   * @param heard how long ago its WAL receiver heard something; null if it has none
   */
  public record Witness(
      String server,
      @Nullable String trouble,
      @Nullable Boolean reaches,
      String why,
      @Nullable Duration heard,
      Instant at) {

    boolean couldBeAsked() {
      return trouble == null && reaches != null;
    }

    boolean sees() {
      return Boolean.TRUE.equals(reaches);
    }

    private String words() {
      if (trouble != null) {
        return "could not be asked: " + trouble;
      }
      String last =
          heard == null
              ? "receives no WAL from it"
              : "last heard from it %d s ago".formatted(heard.toSeconds());
      if (reaches == null) {
        return last;
      }
      return reaches
          ? "reaches it; " + last
          : "does not reach it (%s); %s".formatted(why.isEmpty() ? "no answer" : why, last);
    }
  }

  public FailureAnalysis {
    said = List.copyOf(said);
  }

  /**
   * @param primary name of its server
   */
  public static FailureAnalysis of(String primary, Console console, List<Witness> witnesses) {
    List<Said> said = new ArrayList<>();
    said.add(new Said("this console", words(console.ping()), console.at()));
    said.add(new Said(primary, words(console), console.at()));
    witnesses.forEach(w -> said.add(new Said(w.server(), w.words(), w.at())));
    Verdict verdict = verdict(console, witnesses);
    return new FailureAnalysis(verdict, summary(verdict, primary, console, witnesses), said);
  }

  private static Verdict verdict(Console console, List<Witness> witnesses) {
    boolean seen = witnesses.stream().anyMatch(Witness::sees);
    ObservedInstance host = console.host();
    if (host == null || host.state() == ObservedInstance.State.UNKNOWN) {
      return unasked(console.ping(), witnesses, seen);
    }
    return switch (host.state()) {
      case PRIMARY, STANDBY ->
          console.ping() == Ping.ANSWERS
                  || seen
                  || witnesses.stream().noneMatch(Witness::couldBeAsked)
              ? Verdict.SERVING
              : Verdict.DISPUTED;
      case STOPPED ->
          seen
              ? Verdict.DISPUTED
              : "shut down".equals(host.controlState()) ? Verdict.STOPPED : Verdict.DEAD;
      case NOT_ANSWERING -> Verdict.HUNG;
      case UNKNOWN -> unasked(console.ping(), witnesses, seen);
    };
  }

  private static Verdict unasked(Ping ping, List<Witness> witnesses, boolean seen) {
    return switch (ping) {
      case ANSWERS -> Verdict.SERVING;
      case MUTE -> Verdict.HUNG;
      case REFUSED, SILENT -> {
        if (seen) {
          yield Verdict.DISPUTED;
        }
        boolean asked = witnesses.stream().anyMatch(Witness::couldBeAsked);
        yield asked ? Verdict.DEAD : Verdict.UNREACHABLE;
      }
    };
  }

  private static String words(Ping ping) {
    return switch (ping) {
      case ANSWERS -> "it answers at its port";
      case REFUSED -> "nothing listens at its port";
      case MUTE -> "it takes connections at its port and does not answer";
      case SILENT -> "its host does not answer at its port";
    };
  }

  private static String words(Console console) {
    ObservedInstance host = console.host();
    if (host == null) {
      return "could not be asked over SSH: " + console.trouble();
    }
    return switch (host.state()) {
      case PRIMARY -> "PostgreSQL runs and answers queries";
      case STANDBY -> "PostgreSQL runs as a standby";
      case STOPPED -> "no process is left (pg_control: %s)".formatted(host.controlState());
      case NOT_ANSWERING -> "processes are there and answer no query: " + host.reason();
      case UNKNOWN -> "could not be looked at: " + host.reason();
    };
  }

  private static String summary(
      Verdict verdict, String primary, Console console, List<Witness> witnesses) {
    String seeing =
        witnesses.stream()
            .filter(Witness::sees)
            .map(Witness::server)
            .collect(Collectors.joining(", "));
    String blind =
        witnesses.stream()
            .filter(w -> w.couldBeAsked() && !w.sees())
            .map(Witness::server)
            .collect(Collectors.joining(", "));
    return switch (verdict) {
      case SERVING -> "%s serves".formatted(primary);
      case STOPPED -> "%s was shut down cleanly".formatted(primary);
      case DEAD ->
          Optional.ofNullable(console.host())
              .filter(h -> h.state() == ObservedInstance.State.STOPPED)
              .map(h -> "%s has crashed: no process is left on its host".formatted(primary))
              .orElse("neither this console nor %s reaches %s".formatted(blind, primary));
      case UNREACHABLE ->
          "this console does not reach %s, and no standby could be asked; it may be alive"
              .formatted(primary);
      case HUNG -> "%s takes connections and answers no query".formatted(primary);
      case DISPUTED ->
          seeing.isEmpty()
              ? "%s runs, and nobody reaches its port".formatted(primary)
              : "this console does not reach %s, and %s does".formatted(primary, seeing);
    };
  }
}
