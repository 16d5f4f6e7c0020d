package io.matriarch.postgres;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a switch of primaries needs to know of one running server, read by one script in {@code
 * readiness.sql}, and of its host, by {@code readiness-host.sh} before it. What is not known is
 * null or empty, never 0 and never an empty list.
 *
 * @param document as the script wrote it, with {@code volumes} and {@code inside}, one object for
 *     each database that was looked into, and {@code host}, a list of texts for each kind of row
 */
public record ReadinessFacts(JsonNode document) {

  /** Databases that are looked into; each costs a connection. */
  public static final int MOST_DATABASES = 16;

  private static final Duration LIMIT = Duration.ofSeconds(12);
  private static final String SQL = Scripts.resource("readiness.sql");
  private static final String HOST = Scripts.resource("readiness-host.sh");
  private static final String INSIDE = Scripts.resource("readiness-database.sql");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A replication slot; {@code failover} and {@code synced} are null before PostgreSQL 17. */
  public record Slot(
      String name,
      boolean logical,
      boolean temporary,
      boolean invalid,
      @Nullable Boolean failover,
      @Nullable Boolean synced) {}

  /**
   * An older timeline that leads to the present one.
   *
   * @param end where the next one begins, in bytes since the beginning of WAL
   */
  public record Fork(int timeline, long end) {}

  /** A transaction that is open for long. */
  public record Open(long pid, long seconds, String query) {
    @Override
    public String toString() {
      return "pid %d, %d s, %s".formatted(pid, seconds, query);
    }

    /** The first three, and how many there are beyond. */
    public static String named(List<Open> open) {
      return open.stream().limit(3).map(Open::toString).collect(Collectors.joining("; "))
          + (open.size() > 3 ? "; and %d more".formatted(open.size() - 3) : "");
    }
  }

  /** Who streams from a server. */
  public record Standby(String name, String state) {}

  /** A file system; free for the owner of the cluster. */
  public record Volume(long totalBytes, long freeBytes) {}

  /** Finished segments that wait for the archiver, the oldest for so long. */
  public record Waiting(int segments, long seconds) {}

  /**
   * How a server archives; the command itself stays on its host, for it may hold secrets.
   *
   * @param library empty if a command is used
   * @param discards whether the command does nothing at all
   * @param program of the command, with its directory if that is given; empty if it cannot be told
   * @param digest of the command
   * @param present whether the program is found on the host; null if it was not looked for
   */
  public record Archive(
      String library,
      boolean set,
      boolean discards,
      String program,
      String digest,
      @Nullable Boolean present) {

    /** The program without its directory. */
    public String tool() {
      return program.substring(program.lastIndexOf('/') + 1);
    }
  }

  /** Sessions of clients from one address, never a local one, and some of their roles. */
  public record Sessions(String address, int count, List<String> users) {}

  /**
   * Where {@code primary_conninfo} comes from.
   *
   * @param source as in {@code pg_settings.source}
   */
  public record Source(boolean set, String source, @Nullable String file, @Nullable Integer line) {}

  /**
   * Who may do what {@code pg_rewind} asks of the server that it reads from.
   *
   * @param role of the WAL receiver
   * @param others that may, superusers aside
   */
  public record Rewinders(String role, boolean may, List<String> others) {}

  /** What lies inside one database. */
  public record Database(
      String name, long unlogged, List<String> extensions, List<String> collationChanged) {}

  /**
   * The command to run as the owner of the cluster; it ends within 12 seconds.
   *
   * @param patience transactions open for longer are listed
   */
  public static LocalCommand command(Cluster cluster, Duration patience) {
    String sql =
        "\\set patience "
            + patience.toSeconds()
            + "\n"
            + SQL
            + "\\set next 0\n"
            + INSIDE.repeat(MOST_DATABASES);
    return Sql.command(HOST, cluster, sql, LIMIT);
  }

  /** What the output of {@link #command} says; empty if it holds no facts. */
  public static Optional<ReadinessFacts> read(LocalCommands.Output output) {
    ObjectNode document = null;
    ArrayNode volumes = JSON.createArrayNode();
    ArrayNode inside = JSON.createArrayNode();
    ObjectNode host = JSON.createObjectNode();
    String program = "";
    try {
      for (List<String> row : Sql.rows(output)) {
        if (row.size() == 3 && row.getFirst().equals("volume")) {
          volumes
              .addObject()
              .put("totalBytes", Long.parseLong(row.get(1)))
              .put("freeBytes", Long.parseLong(row.get(2)));
        } else if (row.size() == 3 && row.getFirst().equals("host")) {
          host.withArray(row.get(1)).add(row.get(2));
        } else if (row.size() == 2 && row.getFirst().equals("program")) {
          program = row.get(1);
        } else if (row.size() == 2 && JSON.readTree(row.get(1)) instanceof ObjectNode answer) {
          if (row.getFirst().equals("facts")) {
            document = answer;
          } else {
            inside.add(answer);
          }
        }
      }
    } catch (JacksonException | NumberFormatException e) {
      return Optional.empty();
    }
    if (document == null) {
      return Optional.empty();
    }
    document.set("volumes", volumes);
    document.set("inside", inside);
    document.set("host", host);
    if (!program.isEmpty() && document.get("archive") instanceof ObjectNode archive) {
      archive.put("present", program.equals("present"));
    }
    return Optional.of(new ReadinessFacts(document));
  }

  /** By the clock of the host. */
  public @Nullable Instant clock() {
    return instant(document.path("clock"));
  }

  public @Nullable Integer versionNum() {
    return integer(document.path("versionNum"));
  }

  public @Nullable String version() {
    return text(document.path("version"));
  }

  public @Nullable String systemIdentifier() {
    return text(document.path("systemIdentifier"));
  }

  public @Nullable Boolean inRecovery() {
    return truth(document.path("inRecovery"));
  }

  public @Nullable Integer timeline() {
    return integer(document.path("timeline"));
  }

  /** Of {@link #timeline}, the oldest first; null if the file is not there or may not be read. */
  public @Nullable List<Fork> history() {
    String text = text(document.path("history"));
    if (text == null) {
      return null;
    }
    List<Fork> forks = new ArrayList<>();
    for (String line : text.split("\n")) {
      String[] words = line.strip().split("\\s+", 3);
      if (words[0].isEmpty() || words[0].startsWith("#")) {
        continue;
      }
      OptionalLong end = words.length < 2 ? OptionalLong.empty() : position(words[1]);
      if (end.isEmpty() || !words[0].matches("[0-9]{1,9}")) {
        return null;
      }
      forks.add(new Fork(Integer.parseInt(words[0]), end.getAsLong()));
    }
    return forks;
  }

  /** Up to where it has replayed, or written if it is no standby. */
  public OptionalLong position() {
    OptionalLong replayed = replayed();
    return replayed.isPresent() ? replayed : written();
  }

  /** Bytes since the beginning of WAL: where a primary writes. */
  public OptionalLong written() {
    return lsn("writeLsn");
  }

  /** From where on a server keeps its WAL whatever happens: where its last checkpoint began. */
  public OptionalLong redo() {
    return lsn("redoLsn");
  }

  /** Where a standby has received to; behind {@link #replayed} after its restart. */
  public OptionalLong received() {
    return lsn("receiveLsn");
  }

  public OptionalLong replayed() {
    return lsn("replayLsn");
  }

  /** When the last transaction that was replayed had been committed, by the primary's clock. */
  public @Nullable Instant replayedAt() {
    return instant(document.path("replayedAt"));
  }

  public @Nullable Boolean replayPaused() {
    return truth(document.path("replayPaused"));
  }

  /** Of the WAL receiver, such as {@code streaming}; null if none runs. */
  public @Nullable String receiverStatus() {
    return text(document.path("receiver").path("status"));
  }

  public @Nullable Integer receiverTimeline() {
    return integer(document.path("receiver").path("timeline"));
  }

  /** Whether the last thing that the archiver tried failed. */
  public @Nullable Boolean archiverFailing() {
    return truth(document.path("archiver").path("failing"));
  }

  public @Nullable String archiverFailedWal() {
    return text(document.path("archiver").path("lastFailedWal"));
  }

  public @Nullable Waiting waiting() {
    JsonNode node = document.path("waiting");
    Integer segments = integer(node.path("segments"));
    return segments == null ? null : new Waiting(segments, node.path("seconds").asLong(0));
  }

  public @Nullable Archive archive() {
    JsonNode node = document.path("archive");
    Boolean set = truth(node.path("set"));
    return set == null
        ? null
        : new Archive(
            node.path("library").asString(""),
            set,
            node.path("discards").asBoolean(false),
            node.path("program").asString(""),
            node.path("digest").asString(""),
            truth(node.path("present")));
  }

  /** The most first. */
  public @Nullable List<Sessions> sessions() {
    return list(
        document.path("sessions"),
        s ->
            new Sessions(
                s.path("address").asString(""), s.path("count").asInt(0), words(s.path("users"))));
  }

  public @Nullable Source conninfo() {
    JsonNode node = document.path("conninfo");
    Boolean set = truth(node.path("set"));
    return set == null
        ? null
        : new Source(
            set,
            node.path("source").asString(""),
            text(node.path("file")),
            integer(node.path("line")));
  }

  /** Whether {@code ALTER SYSTEM} is allowed; always before PostgreSQL 17. */
  public @Nullable Boolean alterSystem() {
    return truth(document.path("alterSystem"));
  }

  /** Whether {@code restore_command} is set. */
  public @Nullable Boolean restores() {
    return truth(document.path("restoreCommand"));
  }

  public @Nullable Rewinders rewinders() {
    JsonNode node = document.path("rewind");
    String role = text(node.path("role"));
    return role == null
        ? null
        : new Rewinders(role, node.path("may").asBoolean(false), words(node.path("others")));
  }

  /**
   * What the host tells of one kind, as {@code readiness-host.sh} lists them; null if its script
   * did not come to its end.
   */
  public @Nullable List<String> host(String kind) {
    JsonNode host = document.path("host");
    return host.has("end") ? words(host.path(kind)) : null;
  }

  public @Nullable Integer backups() {
    return integer(document.path("backups"));
  }

  public @Nullable Integer prepared() {
    return integer(document.path("prepared"));
  }

  public @Nullable Integer subscriptions() {
    return integer(document.path("subscriptions"));
  }

  /** How many databases exist; {@link #inside} may be fewer. */
  public @Nullable Integer databases() {
    return integer(document.path("databases"));
  }

  /** How many databases sort by the rules of the operating system. */
  public @Nullable Integer sortedBySystem() {
    return integer(document.path("sortedBySystem"));
  }

  /** Version of the collations of the operating system; null if none has one. */
  public @Nullable String collation() {
    return text(document.path("collation"));
  }

  /** Databases whose collation has another version than when they were made; 15 and up. */
  public @Nullable List<String> collationChanged() {
    return texts(document.path("collationChanged"));
  }

  /** Extensions whose files are there. */
  public @Nullable List<String> available() {
    return texts(document.path("available"));
  }

  public @Nullable List<String> pendingRestart() {
    return texts(document.path("pendingRestart"));
  }

  public @Nullable List<String> hbaErrors() {
    return texts(document.path("hbaErrors"));
  }

  /** As in {@code pg_settings.setting}, in base units; null if there is none of that name. */
  public @Nullable String setting(String name) {
    return text(document.path("settings").path(name));
  }

  public @Nullable List<Slot> slots() {
    return list(
        document.path("slots"),
        s ->
            new Slot(
                s.path("name").asString(""),
                s.path("type").asString("").equals("logical"),
                s.path("temporary").asBoolean(false),
                s.path("invalid").asBoolean(true),
                truth(s.path("failover")),
                truth(s.path("synced"))));
  }

  public @Nullable List<Standby> standbys() {
    return list(
        document.path("standbys"),
        s -> new Standby(s.path("name").asString(""), s.path("state").asString("")));
  }

  /** At most 20, the oldest first. */
  public @Nullable List<Open> open() {
    return list(
        document.path("open"),
        o ->
            new Open(
                o.path("pid").asLong(0),
                o.path("seconds").asLong(0),
                o.path("query").asString("")));
  }

  /** Of the data directory, then of {@code pg_wal}; null if {@code df} did not say. */
  public @Nullable List<Volume> volumes() {
    List<Volume> found =
        list(
            document.path("volumes"),
            v -> new Volume(v.path("totalBytes").asLong(0), v.path("freeBytes").asLong(0)));
    return found == null || found.size() != 2 ? null : found;
  }

  public @Nullable List<Database> inside() {
    return list(
        document.path("inside"),
        d ->
            new Database(
                d.path("name").asString(""),
                d.path("unlogged").asLong(0),
                words(d.path("extensions")),
                words(d.path("collationChanged"))));
  }

  private OptionalLong lsn(String name) {
    return position(text(document.path(name)));
  }

  private static OptionalLong position(@Nullable String text) {
    if (text == null || !text.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}")) {
      return OptionalLong.empty();
    }
    int slash = text.indexOf('/');
    return OptionalLong.of(
        (Long.parseLong(text.substring(0, slash), 16) << 32)
            | Long.parseLong(text.substring(slash + 1), 16));
  }

  private static List<String> words(JsonNode node) {
    List<String> found = texts(node);
    return found == null ? List.of() : found;
  }

  private static @Nullable List<String> texts(JsonNode node) {
    return list(node, n -> n.asString(""));
  }

  private static <T> @Nullable List<T> list(
      JsonNode node, java.util.function.Function<JsonNode, T> each) {
    return node.isArray()
        ? new ArrayList<>(StreamSupport.stream(node.spliterator(), false).map(each).toList())
        : null;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }

  private static @Nullable Boolean truth(JsonNode node) {
    return node.isBoolean() ? node.booleanValue() : null;
  }

  private static @Nullable Integer integer(JsonNode node) {
    return node.canConvertToInt() ? node.asInt() : null;
  }

  private static @Nullable Instant instant(JsonNode node) {
    try {
      return node.isString() ? OffsetDateTime.parse(node.stringValue()).toInstant() : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
