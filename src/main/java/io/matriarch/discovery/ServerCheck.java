package io.matriarch.discovery;

import io.matriarch.check.Check;
import io.matriarch.inventory.ServerDraft;
import io.matriarch.remote.Command;
import io.matriarch.remote.CommandResult;
import io.matriarch.remote.Host;
import io.matriarch.remote.HostKey;
import io.matriarch.remote.HostKeys;
import io.matriarch.remote.Shell;
import io.matriarch.remote.ShellUnavailable;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Service;

/**
 * Looks at a server before it is saved: its host keys, and with a confirmed key all that Matriarch
 * needs of it. Changes nothing, there or here.
 */
@Service
public class ServerCheck {

  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final double MOST_SKEW_SECONDS = 5;
  private static final String OWNER = "{owner}";
  private static final String POSTGRES = "postgres";
  private static final String SERVERS =
      """
      for program in /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres; do
        [ -x "$program" ] && "$program" --version
      done
      true
      """;

  private final Shell shell;
  private final Access access;
  private final Clock clock;

  ServerCheck(Shell shell, Access access, Clock clock) {
    this.shell = shell;
    this.access = access;
    this.clock = clock;
  }

  /**
   * The keys that the host shows, for a person to compare and confirm.
   *
   * @throws IOException with a message for people if it shows none
   */
  public List<HostKey> scan(String address, int port) throws IOException, InterruptedException {
    access.require(Role.DBA, Scope.everywhere(), "server.check", address);
    return HostKeys.scan(address, port, LIMIT);
  }

  /** All checks with the draft's pinned keys, up to the first that makes the others pointless. */
  public List<Check> check(ServerDraft draft) throws InterruptedException {
    access.require(
        Role.DBA,
        draft.environmentId() == null
            ? Scope.everywhere()
            : Scope.environment(draft.environmentId()),
        "server.check",
        draft.name());
    List<Check> checks = new ArrayList<>();
    if (draft.hostKeys().isEmpty()) {
      checks.add(
          Check.failed(
              "host key",
              "no key is confirmed",
              "Scan the host keys, compare a fingerprint and confirm it."));
      return checks;
    }
    new Looking(host(draft), draft, checks).all();
    return checks;
  }

  /** Whether nothing speaks against saving it as verified. */
  public static boolean passed(List<Check> checks) {
    return checks.stream().noneMatch(Check::hasFailed);
  }

  private static Host host(ServerDraft draft) {
    List<String> become =
        draft.sshUser().equals(POSTGRES)
            ? List.of()
            : draft.become().stream().map(a -> a.replace(OWNER, POSTGRES)).toList();
    return new Host(
        draft.name(), draft.address(), draft.sshPort(), draft.sshUser(), draft.hostKeys(), become);
  }

  /** One look at one host; each question is a command of its own, so that each has its answer. */
  private final class Looking {
    private final Host host;
    private final ServerDraft draft;
    private final List<Check> checks;

    Looking(Host host, ServerDraft draft, List<Check> checks) {
      this.host = host;
      this.draft = draft;
      this.checks = checks;
    }

    void all() throws InterruptedException {
      try {
        connect();
        become();
        psql();
        servers();
        clusters();
        clock();
      } catch (ShellUnavailable e) {
        checks.add(
            Check.failed(
                name(e.reason()), firstLine(String.valueOf(e.getMessage())), remedy(e.reason())));
      }
    }

    private void connect() throws ShellUnavailable, InterruptedException {
      CommandResult who = ask(Command.of("id", "-un"));
      checks.add(Check.passed("connect", "reached " + host.display() + " with a pinned host key"));
      checks.add(
          who.succeeded()
              ? Check.passed("user", "signed in as " + firstLine(who.stdout()))
              : Check.failed("user", said(who), "Give the SSH user a POSIX login shell."));
    }

    private void become() throws ShellUnavailable, InterruptedException {
      String name = "privilege escalation";
      CommandResult who = ask(host.become(Command.of("id", "-un")));
      String user = firstLine(who.stdout());
      if (!who.succeeded()) {
        checks.add(
            Check.failed(
                name,
                said(who),
                "Let %s run it without a password, for instance by a line in sudoers."
                    .formatted(draft.sshUser())));
      } else if (user.equals("root")) {
        checks.add(
            Check.warning(
                name,
                "commands run as root",
                "Sign in as postgres, or set an escalation such as sudo -n -u {owner}."));
      } else {
        checks.add(Check.passed(name, "commands run as " + user));
      }
    }

    private void psql() throws ShellUnavailable, InterruptedException {
      CommandResult version = ask(host.become(Command.of("psql", "--version")));
      checks.add(
          version.succeeded()
              ? Check.passed("psql", firstLine(version.stdout()))
              : Check.failed(
                  "psql",
                  said(version),
                  "Install the PostgreSQL client; agent and probes use it."));
    }

    private void servers() throws ShellUnavailable, InterruptedException {
      CommandResult found = ask(host.become(Command.of("sh", "-c", SERVERS)));
      List<String> versions = found.stdout().lines().map(ServerCheck::firstLine).toList();
      checks.add(
          versions.isEmpty()
              ? Check.warning(
                  "PostgreSQL",
                  "no server program in the usual places",
                  "Fine if it lies elsewhere; the agent finds running ones.")
              : Check.passed("PostgreSQL", String.join(", ", versions)));
    }

    private void clusters() throws ShellUnavailable, InterruptedException {
      CommandResult found = ask(host.become(Command.of("pg_lsclusters", "-h")));
      long count = found.stdout().lines().filter(line -> !line.isBlank()).count();
      checks.add(
          found.succeeded()
              ? Check.passed("pg_lsclusters", count + (count == 1 ? " cluster" : " clusters"))
              : Check.passed("pg_lsclusters", "not there; pg_ctl or systemd will be used"));
    }

    private void clock() throws ShellUnavailable, InterruptedException {
      Instant before = clock.instant();
      CommandResult date = ask(Command.of("date", "+%s.%N"));
      Instant after = clock.instant();
      double ours = (before.toEpochMilli() + after.toEpochMilli()) / 2000.0;
      try {
        checks.add(skew(Double.parseDouble(firstLine(date.stdout())) - ours));
      } catch (NumberFormatException e) {
        checks.add(Check.failed("clock", said(date), "The host needs a date that prints %s.%N."));
      }
    }

    private Check skew(double seconds) {
      String seen = String.format(Locale.ROOT, "%+.2f s against ours", seconds);
      return Math.abs(seconds) <= MOST_SKEW_SECONDS
          ? Check.passed("clock", seen)
          : Check.failed("clock", seen, "Mend its time service; ages and orders depend on it.");
    }

    private CommandResult ask(Command command) throws ShellUnavailable, InterruptedException {
      return shell.run(host, command.within(LIMIT));
    }
  }

  private static String name(ShellUnavailable.Reason reason) {
    return switch (reason) {
      case HOST_KEY_MISMATCH -> "host key";
      case AUTH_FAILED -> "user";
      case CONNECT_FAILED, LIMIT, TIMEOUT, OUTCOME_UNKNOWN -> "connect";
    };
  }

  private static String remedy(ShellUnavailable.Reason reason) {
    return switch (reason) {
      case CONNECT_FAILED -> "Check address, port, sshd and firewall.";
      case HOST_KEY_MISMATCH -> "Find out why the key changed before you pin another one.";
      case AUTH_FAILED -> "Put our public key into the user's authorized_keys.";
      case LIMIT -> "Too many sessions are open to it; try again in a minute.";
      case TIMEOUT, OUTCOME_UNKNOWN -> "The host is slow or cut off; look at it and try again.";
    };
  }

  private static String said(CommandResult result) {
    String words = firstLine(result.stderr().isBlank() ? result.stdout() : result.stderr());
    return "exit " + result.exit() + (words.isEmpty() ? "" : ": " + words);
  }

  /** What a host prints is hostile until proven otherwise. */
  private static String firstLine(String output) {
    String line = output.strip().lines().findFirst().orElse("");
    String visible = line.replaceAll("\\p{Cntrl}", "\uFFFD");
    return visible.length() > 300 ? visible.substring(0, 300) + "..." : visible;
  }
}
