package io.matriarch.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The commands that hold, point and free one pooler, each a POSIX script passed inline, to be run
 * on its host as the owner of its process. Every command may be run twice. All of one herd on one
 * pooler take the same lock there, so they follow each other; all that talk to the admin console
 * end by themselves when it hangs.
 */
public final class PoolCommands {

  /** The scripts of a switch: what {@code sh -c} runs. */
  public static final Set<String> SCRIPTS =
      Set.of(
          PoolScripts.STAGE,
          PoolScripts.PAUSE,
          PoolScripts.HELD,
          PoolScripts.POINT,
          PoolScripts.RESUME,
          PoolScripts.STRANDED,
          PoolScripts.PROBE);

  /** A stuck console is given up after this; the limit of PAUSE is the caller's. */
  static final Duration CONSOLE = Duration.ofSeconds(5);

  /** Ends the content on standard input; no template can hold it. */
  private static final String WHOLE = "\u001e\n";

  private PoolCommands() {}

  /**
   * Pauses the databases, all or none; the expiry, detached from everything, is armed before. Ends
   * within {@code limit} and 30 s.
   *
   * @param databases to pause by name, also such as only a wildcard covers and nobody has opened
   * @param leads everything that leads to one of these is paused too, by whatever name
   * @param limit for PAUSE to be complete, in whole seconds; then all are resumed
   * @param expiry from now, in whole seconds, longer than the limit; then the host resumes by
   *     itself
   */
  public static LocalCommand pause(
      PgBouncer pooler,
      PauseToken token,
      Set<String> databases,
      Set<Backend> leads,
      Duration limit,
      Duration expiry) {
    databases.forEach(PoolCommands::named);
    if (expiry.compareTo(limit) <= 0) {
      throw new IllegalArgumentException("A pause must not expire before its limit is over.");
    }
    List<String> arguments = start(PoolScripts.PAUSE, pooler, token, limit);
    arguments.add(seconds(expiry));
    addBackends(arguments, leads);
    arguments.addAll(databases);
    return new LocalCommand(arguments, "");
  }

  /** Resumes what the token holds, if it is still ours. */
  public static LocalCommand resume(PgBouncer pooler, PauseToken token) {
    return new LocalCommand(start(PoolScripts.RESUME, pooler, token, CONSOLE), "");
  }

  /**
   * Whether every pause is in force under our token, and for how long.
   *
   * @param leads a database that leads there and is not paused, such as one that a client has just
   *     opened through a wildcard, is a pause lost
   */
  public static LocalCommand held(PgBouncer pooler, PauseToken token, Set<Backend> leads) {
    return held(pooler, token, leads, "0");
  }

  /** The same, and if so, lets the pause expire {@code expiry} from now. */
  public static LocalCommand extend(
      PgBouncer pooler, PauseToken token, Set<Backend> leads, Duration expiry) {
    return held(pooler, token, leads, seconds(expiry));
  }

  private static LocalCommand held(
      PgBouncer pooler, PauseToken token, Set<Backend> leads, String seconds) {
    List<String> arguments = start(PoolScripts.HELD, pooler, token, CONSOLE);
    arguments.add(seconds);
    addBackends(arguments, leads);
    return new LocalCommand(arguments, "");
  }

  /** Puts the new content beside the file, durably: {@code staged} commands then only rename it. */
  public static LocalCommand stage(PgBouncer pooler, PauseToken token, Pointing pointing) {
    List<String> arguments = start(PoolScripts.STAGE, pooler, token, CONSOLE);
    arguments.add(pooler.databasesFile());
    return new LocalCommand(arguments, pointing.content() + WHOLE);
  }

  /**
   * Replaces the file, reloads, and has the pooler say where its databases lead; if not to the new
   * server, puts the former file back. A pause stays in force.
   *
   * @param staged whether {@link #stage} was run for this run; the content is then not sent again
   * @param reconnect needed only where no pause was taken
   */
  public static LocalCommand point(
      PgBouncer pooler, PauseToken token, Pointing pointing, boolean staged, boolean reconnect) {
    return point(pooler, token, pointing, staged, false, reconnect);
  }

  /**
   * {@link #point} and {@link #resume} in one, for the time between them counts. If the pause is
   * gone the pooler is pointed all the same, and the outcome is {@link PoolOutcome#NO_TOKEN}.
   */
  public static LocalCommand pointAndResume(
      PgBouncer pooler, PauseToken token, Pointing pointing, boolean staged) {
    return point(pooler, token, pointing, staged, true, false);
  }

  private static LocalCommand point(
      PgBouncer pooler,
      PauseToken token,
      Pointing pointing,
      boolean staged,
      boolean resume,
      boolean reconnect) {
    List<String> arguments = start(PoolScripts.POINT, pooler, token, CONSOLE);
    arguments.add(pooler.databasesFile());
    arguments.addAll(List.of(word(staged), word(resume), word(reconnect)));
    arguments.add(pointing.to().host());
    arguments.add(Integer.toString(pointing.to().port()));
    addBackends(arguments, pointing.from());
    arguments.addAll(pointing.databases());
    return new LocalCommand(arguments, staged ? "" : pointing.content() + WHOLE);
  }

  /**
   * Ends all sessions of a database, present ones too, if one still waits for a server that the
   * pooler led to before: it would do so until the client's own limit, if it has one.
   *
   * @param patience in whole seconds that such a session is given
   * @param databases of the pooler, by its names
   */
  public static LocalCommand endStranded(
      PgBouncer pooler, PauseToken token, List<String> databases, Duration patience) {
    databases.forEach(PoolCommands::named);
    List<String> arguments = start(PoolScripts.STRANDED, pooler, token, CONSOLE.plus(patience));
    arguments.add(seconds(patience));
    arguments.addAll(databases);
    return new LocalCommand(arguments, "");
  }

  /** Puts back the file that this run replaced, and reloads; nothing if it replaced none. */
  public static LocalCommand putBack(PgBouncer pooler, PauseToken token) {
    List<String> arguments = start(PoolScripts.PUT_BACK, pooler, token, CONSOLE);
    arguments.add(pooler.databasesFile());
    return new LocalCommand(arguments, "");
  }

  /**
   * Starts a probe that writes through the pooler as a client does, and sees it write once. It ends
   * by itself after a while. The login's password is in the pgpass file of the pooler's owner.
   */
  public static LocalCommand beginProbe(
      PgBouncer pooler, PauseToken token, String login, String database, Duration longest) {
    return probe("begin", pooler, token, login, database, longest);
  }

  /** What the probe of this run has felt so far; nothing if there is none. */
  public static LocalCommand readProbe(PgBouncer pooler, PauseToken token) {
    return probe("read", pooler, token, "-", "-", CONSOLE);
  }

  /** Ends the probe of this run; what it felt is told once. */
  public static LocalCommand endProbe(PgBouncer pooler, PauseToken token) {
    return probe("end", pooler, token, "-", "-", CONSOLE);
  }

  private static LocalCommand probe(
      String verb,
      PgBouncer pooler,
      PauseToken token,
      String login,
      String database,
      Duration longest) {
    Words.line("login", login);
    named(database);
    List<String> arguments = start(PoolScripts.PROBE, pooler, token, CONSOLE);
    arguments.addAll(List.of(verb, login, database, seconds(longest)));
    return new LocalCommand(arguments, "");
  }

  /** Looks at the pooler and changes nothing; for {@link ObservedPooler#read}. */
  public static LocalCommand look(PgBouncer pooler) {
    PauseToken nobody = new PauseToken("none", "none", 0);
    return new LocalCommand(start(PoolScripts.LOOK, pooler, nobody, CONSOLE), "");
  }

  /**
   * Tries, as each user who has come through the pooler, to sign in at servers from its host,
   * without a password; changes nothing. Ends within 20 s. For {@link SignIns#read}.
   *
   * @param databases of the pooler, by its names
   */
  public static LocalCommand signIn(
      PgBouncer pooler, List<Backend> servers, List<String> databases) {
    PauseToken nobody = new PauseToken("none", "none", 0);
    List<String> arguments = start(PoolScripts.SIGN_IN, pooler, nobody, CONSOLE);
    addBackends(arguments, servers);
    arguments.addAll(databases);
    return new LocalCommand(arguments, "");
  }

  private static List<String> start(
      String script, PgBouncer pooler, PauseToken token, Duration limit) {
    return new ArrayList<>(
        List.of(
            "sh",
            "-c",
            script,
            "matriarch-pool",
            pooler.host(),
            Integer.toString(pooler.port()),
            pooler.user(),
            Objects.requireNonNullElse(pooler.passFile(), ""),
            pooler.state(),
            pooler.owner(),
            pooler.fileName() + "." + token.herd(),
            token.run(),
            Long.toString(token.attempt()),
            seconds(limit)));
  }

  private static void addBackends(List<String> arguments, Collection<Backend> backends) {
    arguments.add(Integer.toString(backends.size()));
    for (Backend backend : backends) {
      arguments.add(backend.host());
      arguments.add(Integer.toString(backend.port()));
    }
  }

  private static void named(String database) {
    Words.line("database name", database);
    if (database.isEmpty() || database.equals("*") || database.equals("pgbouncer")) {
      throw new IllegalArgumentException("Not a database that can be paused: " + database);
    }
  }

  /** Whole seconds: not every host's programs know fractions. */
  private static String seconds(Duration duration) {
    if (duration.toSeconds() < 1 || duration.toNanosPart() != 0) {
      throw new IllegalArgumentException("Not a positive number of whole seconds: " + duration);
    }
    return Long.toString(duration.toSeconds());
  }

  private static String word(boolean yes) {
    return yes ? "yes" : "no";
  }
}
