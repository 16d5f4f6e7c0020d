package io.matriarch.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How users of a pooler would come in at servers, tried from its host without a password.
 *
 * @param addresses of the host; empty if they are not known
 * @param trouble why they could not be tried; null if they were
 */
public record SignIns(List<String> addresses, List<Try> tries, @Nullable String trouble) {

  private static final String SEPARATOR = "\u001f";
  private static final Pattern REFUSED =
      Pattern.compile(
          "no pg_hba\\.conf entry|pg_hba\\.conf rejects|does not exist|is not permitted to log in"
              + "|permission denied for database|Connection refused|timeout expired|No route to host"
              + "|No such file or directory|could not translate host name");

  public SignIns {
    addresses = List.copyOf(addresses);
    tries = List.copyOf(tries);
  }

  /** How far one came; a server that asks for a password has let it pass pg_hba.conf. */
  public enum End {
    TAKEN,
    ASKED_FOR_PASSWORD,
    REFUSED,
    UNKNOWN
  }

  /**
   * One of them.
   *
   * @param database its name on the server
   * @param server which of those that were given, from 0
   */
  public record Try(String database, String user, int server, End end, String said) {}

  /** What {@link PoolCommands#signIn} printed. */
  public static SignIns read(LocalCommand.Output output) {
    List<String> addresses = new ArrayList<>();
    List<Try> tries = new ArrayList<>();
    boolean whole = false;
    for (String line : output.stdout().split("\n", -1)) {
      String[] cells = line.split(SEPARATOR, -1);
      if (cells.length == 2 && cells[0].equals("address")) {
        addresses.add(cells[1]);
      } else if (cells.length == 6
          && cells[0].equals("login")
          && cells[3].matches("[0-9]{1,3}")
          && cells[4].matches("[0-9]{1,3}")) {
        String said = cells[5].strip().replaceFirst("^psql: error: ", "");
        tries.add(
            new Try(cells[1], cells[2], Integer.parseInt(cells[3]) - 1, end(cells[4], said), said));
      }
      whole |= line.equals("end");
    }
    return new SignIns(addresses, tries, output.exit() == 0 && whole ? null : trouble(output));
  }

  private static End end(String exit, String said) {
    if (exit.equals("0")) {
      return End.TAKEN;
    }
    if (said.contains("no password supplied")) {
      return End.ASKED_FOR_PASSWORD;
    }
    return REFUSED.matcher(said).find() ? End.REFUSED : End.UNKNOWN;
  }

  private static String trouble(LocalCommand.Output output) {
    String said = output.stderr().strip().replaceAll("\\s+", " ");
    return said.isEmpty() ? "the attempt exited " + output.exit() : said;
  }
}
