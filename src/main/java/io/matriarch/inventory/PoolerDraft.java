package io.matriarch.inventory;

import io.matriarch.pool.Backend;
import io.matriarch.pool.DatabasesTemplate;
import io.matriarch.pool.Pointing;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What people write of a PgBouncer process that leads clients to a herd's primary.
 *
 * @param socketDirectory where its own admin socket is; processes that share a port have one each
 * @param databasesFile the file of its {@code [databases]} section, which we write whole
 * @param template text of that file, with {@code {{.Host}}} and {@code {{.Port}}}; who may read may
 *     read it too, so it holds no password
 * @param databases every entry that leads to the herd, aliases too
 */
public record PoolerDraft(
    String name,
    long herdId,
    long serverId,
    String socketDirectory,
    int port,
    String adminUser,
    String owner,
    String databasesFile,
    String template,
    List<String> databases) {

  public static final int STANDARD_PORT = 6432;
  public static final String STANDARD_ADMIN = "pgbouncer";
  public static final String STANDARD_OWNER = "postgres";

  private static final int LONGEST_TEMPLATE = 65_536;
  private static final Pattern OWNER = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final Pattern PASSWORD = Pattern.compile("(?i)\\bpassword\\s*=");
  private static final Backend SOMEWHERE = new Backend("192.0.2.1", 5432);

  public PoolerDraft {
    databases = List.copyOf(databases);
    Fields.name("name", name, 63);
    Fields.path("socketDirectory", socketDirectory, 100);
    Fields.port("port", port);
    Fields.name("adminUser", adminUser, 63);
    if (!OWNER.matcher(owner).matches()) {
      throw new InvalidField(
          "owner",
          "is %s; it must be a user of the host, of at most 32 small letters, digits and _ -"
              .formatted(Fields.shown(owner)));
    }
    Fields.path("databasesFile", databasesFile, 4096);
    Fields.names("databases", databases, 63);
    if (databases.isEmpty()) {
      throw new InvalidField(
          "databases", "is empty; name every entry of [databases] that leads to the herd");
    }
    for (String database : databases) {
      if (database.equals("*") || database.equals("pgbouncer")) {
        throw new InvalidField(
            "databases", "names %s, which cannot be paused".formatted(Fields.shown(database)));
      }
    }
    Fields.text("template", template, LONGEST_TEMPLATE);
    if (PASSWORD.matcher(template).find()) {
      throw new InvalidField(
          "template",
          "holds a password, and everybody who signs in can read it; leave it to auth_file or auth_query");
    }
    fill(template, databases);
  }

  private static void fill(String template, List<String> databases) {
    String content;
    try {
      content = new DatabasesTemplate(template).render(SOMEWHERE);
      new Pointing(SOMEWHERE, databases, Set.of(), content);
    } catch (IllegalArgumentException e) {
      throw new InvalidField("template", "cannot be filled: " + e.getMessage());
    }
    for (String database : databases) {
      if (!mentions(content, database)) {
        throw new InvalidField(
            "template", "has no entry for database %s".formatted(Fields.shown(database)));
      }
    }
  }

  /** Whether the database comes from an entry of its own, a wildcard, or a file included. */
  private static boolean mentions(String content, String database) {
    return content
        .lines()
        .map(String::strip)
        .anyMatch(
            line ->
                line.startsWith("%include")
                    || line.matches("\\*\\s*=.*")
                    || line.matches("\"?" + Pattern.quote(database) + "\"?\\s*=.*"));
  }
}
