package io.matriarch.remote;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Lets only the newest owner of a herd change things on a host: a console that froze and wakes, or
 * a command that arrives late, carries an older fence and is refused there.
 *
 * <p>The guarded command starts with a small POSIX script, passed inline, which under {@code flock}
 * compares its fence with the highest that this host has seen for the herd, refuses a lower one,
 * keeps a higher one durably, and then becomes the command. It runs as the SSH user, so privilege
 * escalation comes after it. The state lies in {@code $HOME/.local/state/matriarch}, or in {@code
 * /var/tmp/matriarch-UID} where the home directory cannot be written.
 *
 * <p>The lock covers comparing and writing, not the command. Held longer it would add little, since
 * a command that has started cannot be refused any more, and it would take away much: a stop that
 * hangs would shut out the escalation and the cleanups, which carry the same or a newer fence,
 * exactly when they are needed; and a server started under it would hold it for ever. So whoever
 * takes over raises the fence first, and then trusts what he sees, not what was sent.
 */
public final class HostGuard {

  /** Exit of a guarded command that was refused: a newer owner of the herd has been here. */
  public static final int REFUSED = 97;

  /** Exit of a guarded command that was not run because the fence could not be kept. */
  public static final int NO_STATE = 98;

  /** Begins the line on standard output by which a kept command tells its exit. */
  static final String ENDED = "matriarch-kept-ended";

  private static final Pattern HERD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String NAME = "matriarch-guard";

  private HostGuard() {}

  /**
   * The command, to be run only if no higher fence was seen on the host.
   *
   * @param herd the identifier of the herd: letters, digits, dot, underscore, hyphen
   * @param fence never decreases within a herd; higher for each new owner
   * @param command with its privilege escalation, see {@link Host#become}
   */
  public static Command guard(String herd, long fence, Command command) {
    return command.startedBy(prefix(ONCE, herd, fence));
  }

  /**
   * The command, kept for several requests, each of which is passed on only if no higher fence was
   * seen on the host when all of it had arrived; see {@link #request}. When the command ends it
   * says so by a line {@value #ENDED} with its exit.
   *
   * @param command with its privilege escalation
   */
  public static Command keep(String herd, long fence, Command command) {
    return command.startedBy(prefix(KEPT, herd, fence));
  }

  /** A request for a kept command: what it reads, as whole lines. */
  public static String request(String text) {
    String whole = text.endsWith("\n") ? text : text + "\n";
    return whole.lines().count() + "\n" + whole;
  }

  /** Only keeps the fence: afterwards every lower one is refused on the host. */
  public static Command raise(String herd, long fence) {
    return Command.of(prefix(ONCE, herd, fence));
  }

  /** Whether the guard refused the command, or the request; it has not been run. */
  public static boolean refused(CommandResult result) {
    return stoppedByGuard(result, REFUSED);
  }

  /** Whether the guard could not keep the fence; the command, or request, has not been run. */
  public static boolean withoutState(CommandResult result) {
    return stoppedByGuard(result, NO_STATE);
  }

  private static boolean stoppedByGuard(CommandResult result, int exit) {
    // A login may write something of its own before.
    return result.exit() == exit
        && result.stderr().lines().anyMatch(line -> line.startsWith(NAME + ": "));
  }

  private static List<String> prefix(String script, String herd, long fence) {
    if (!HERD.matcher(herd).matches()) {
      throw new IllegalArgumentException("Not an identifier of a herd: " + herd);
    }
    if (fence < 0) {
      throw new IllegalArgumentException("A fence cannot be negative: " + fence);
    }
    return List.of("sh", "-c", script, NAME, herd, Long.toString(fence));
  }

  /** The file name has a suffix so that a herd called x.lock cannot meet the lock of herd x. */
  private static final String CHECK =
      """
      herd=$1 fence=$2 mask=$(umask)
      umask 077
      shift 2
      fail() { echo "matriarch-guard: $1" >&2; stop 98; }
      home=${HOME:-/nonexistent}/.local/state/matriarch
      if { [ -d "$home" ] || mkdir -p "$home" 2>/dev/null; } && [ -w "$home" ]; then dir=$home; else
        dir=/var/tmp/matriarch-$(id -u)
        mkdir "$dir" 2>/dev/null
        [ -d "$dir" ] && [ ! -L "$dir" ] && [ -O "$dir" ] && [ -w "$dir" ] ||
          fail "neither $home nor $dir can be written; the command was not run; mend one of them"
      fi
      (: >>"$dir/$herd.lock") 2>/dev/null ||
        fail "$dir/$herd.lock cannot be written; the command was not run; is the disk full?"
      check() {
        exec 9>>"$dir/$herd.lock"
        flock -w 10 9 || fail "no lock on $dir/$herd.lock after 10 s; the command was not run"
        seen=0
        for file in "$home/$herd.fence" /var/tmp/matriarch-*/"$herd.fence"; do
          [ -e "$file" ] || continue
          [ -O "$file" ] || continue
          read -r value <"$file" || fail "$file cannot be read; the command was not run; mend it"
          case $value in '' | *[!0-9]*) fail "$file holds no number; the command was not run; mend it" ;; esac
          [ "$value" -gt "$seen" ] && seen=$value
        done
        if [ "$fence" -lt "$seen" ]; then
          echo "matriarch-guard: fence $fence of herd $herd is older than $seen, which this host has seen;" \\
            "the command was not run; a newer job has taken over" >&2
          stop 97
        fi
        if [ "$fence" -gt "$seen" ]; then
          new=$dir/$herd.fence.new
          echo "$fence" | dd of="$new" conv=fsync 2>/dev/null && mv -f "$new" "$dir/$herd.fence" && sync "$dir" ||
            fail "$dir/$herd.fence cannot be written; the command was not run; is the disk full?"
        fi
        exec 9>&-
      }
      """;

  private static final String ONCE =
      "stop() { exit \"$1\"; }\n"
          + CHECK
          + """
          check
          umask "$mask"
          [ $# -gt 0 ] || exit 0
          cd /
          exec "$@"
          """;

  /** A request that has not arrived as a whole is not passed on: who sends it may have lost. */
  private static final String KEPT =
      "stop() { echo \"matriarch-kept-ended $1\"; exit \"$1\"; }\n"
          + CHECK
          + """
          check
          cd /
          nl='
          '
          exec 8>&1
          stop() { echo "matriarch-kept-ended $1" >&8; exit "$1"; }
          while IFS= read -r lines; do
            request=''
            while [ "$lines" -gt 0 ]; do
              IFS= read -r line || exit 0
              request=$request$line$nl lines=$((lines - 1))
            done
            check
            printf %s "$request"
          done | {
            umask "$mask"
            "$@" 8>&-
            echo "matriarch-kept-ended $?"
          }
          """;
}
