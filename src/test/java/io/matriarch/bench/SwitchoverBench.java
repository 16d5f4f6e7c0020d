package io.matriarch.bench;

import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What clients feel of a planned switch: by us, by scripts, by other managers, in turns. */
final class SwitchoverBench {

  private static final int PORT = 18_097;
  private static final int CLIENTS = 4;
  private static final Duration BETWEEN = Duration.ofMillis(5);
  private static final String[] MEMBERS = {"db1", "db2", "db3"};
  private static final String POOLER = "app1";
  private static final String STORE = "app2";

  private static final Map<String, String> POOLED =
      inOrder(
          "proving", "Script by hand, open SSH connections, the same proofs",
          "bare", "Script by hand, open sessions, no proofs",
          "repmgr", "repmgr, its notification points the pooler",
          "patroni", "Patroni, its callback points the pooler");
  private static final Map<String, String> DIRECT =
      inOrder(
          "repmgr", "repmgr",
          "patroni", "Patroni",
          "autofailover", "pg_auto_failover");

  private final Path directory;
  private final int rounds;

  SwitchoverBench(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  /** Puts a section on the page as soon as it is measured. */
  void measure(BenchPage page) throws Exception {
    if (!Lab.available()) {
      throw new IllegalStateException(Lab.whyNot());
    }
    Files.createDirectories(directory);
    Files.deleteIfExists(profile());
    Files.deleteIfExists(log());
    try (Lab lab = Lab.up("db1", "db2", "db3", POOLER, STORE);
        LabBenchConsole console = new LabBenchConsole(lab, directory.resolve("console"), PORT)) {
      LabHerd direct = lab.herd("direct", MEMBERS[0], MEMBERS[1], MEMBERS[2]);
      try {
        page.put(pooled(lab, console));
        page.put(direct(lab, console, direct));
      } finally {
        ScriptedSwitch.takeDown(lab, "proving", log());
      }
    }
    manyHerds(page);
  }

  void manyHerds(BenchPage page) throws Exception {
    page.put(new ManyHerdsBench(directory, Math.min(rounds, 5)).measure());
  }

  private static Map<String, String> inOrder(String... keysAndValues) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private Path profile() {
    return directory.resolve("profile.txt");
  }

  private Path log() {
    return directory.resolve("contest.log");
  }

  // ---- clients behind a pooler

  private String pooled(Lab lab, LabBenchConsole console) throws Exception {
    LabHerd herd = lab.herd("orders", MEMBERS[0], MEMBERS[1], MEMBERS[2]);
    LabService pooler = lab.pgbouncer(POOLER, herd, 1);
    long id = console.fleet().discover(herd);
    console.fleet().pooler(id, pooler);
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(
        new MatriarchSwitch(
            console, herd, id, "Matriarch", Map.of(), pooled(lab, pooler), profile()));
    contestants.add(
        new MatriarchSwitch(
            console,
            herd,
            id,
            "Matriarch, fast variant",
            Map.of("fast", "true"),
            pooled(lab, pooler),
            profile()));
    for (var other : POOLED.entrySet()) {
      ScriptedSwitch.setUp(lab, other.getKey(), log());
      String url = pooled(lab, service(lab, other.getKey()));
      contestants.add(
          new ScriptedSwitch(lab, other.getKey(), other.getValue(), log(), Map.of(), url));
    }
    return table(
            """
        ## Planned switch of a herd of three, clients through PgBouncer: longest time between two commits of a client, milliseconds
        """,
            contestants,
            turns(contestants, String.valueOf(herd.passwords().get("app"))))
        + """

        The poolers of repmgr and Patroni try to log in again after 0.1 s (`server_login_retry`): they are pointed while no primary is there, and with PgBouncer's default of 15 s clients wait for that long.
        """;
  }

  private static String pooled(Lab lab, LabService pooler) {
    return "jdbc:postgresql://%s:%d/app".formatted(lab.host(POOLER).address(), pooler.port());
  }

  private static LabService service(Lab lab, String herd) {
    return lab.services().stream()
        .filter(one -> one.kind().equals("pgbouncer") && one.fact("herd").equals(herd))
        .findFirst()
        .orElseThrow();
  }

  // ---- clients that connect directly

  private String direct(Lab lab, LabBenchConsole console, LabHerd herd) throws Exception {
    long id = console.fleet().discover(herd);
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(
        new MatriarchSwitch(
            console, herd, id, "Matriarch", Map.of(), direct(lab, herd.port()), profile()));
    ScriptedSwitch.setUp(lab, "autofailover", log());
    for (var other : DIRECT.entrySet()) {
      contestants.add(
          new ScriptedSwitch(
              lab,
              other.getKey(),
              other.getValue(),
              log(),
              Map.of("DIRECT", "yes"),
              direct(lab, port(lab, other.getKey()))));
    }
    return table(
        """
        ## Planned switch of a herd of three, clients direct (all hosts, read-write): longest time between two commits of a client, milliseconds
        """,
        contestants,
        turns(contestants, String.valueOf(herd.passwords().get("app"))));
  }

  private static int port(Lab lab, String name) throws IOException {
    return Integer.parseInt(
        Files.readString(lab.directory().resolve("share/port-" + name)).strip());
  }

  private static String direct(Lab lab, int port) {
    return Stream.of(MEMBERS)
        .map(member -> lab.host(member).address() + ":" + port)
        .collect(
            Collectors.joining(
                ",", "jdbc:postgresql://", "/app?targetServerType=primary&hostRecheckSeconds=0"));
  }

  // ---- tables

  private static String table(
      String title, List<Contestant> contestants, Map<Contestant, Tally> tallies) {
    StringBuilder table = new StringBuilder(title);
    table.append(
        """

        | What | median | p90 | min | max | failed statements | lost rows | Matriarch against it |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        """);
    Tally ours = tally(tallies, contestants.getFirst());
    for (Contestant contestant : contestants) {
      Tally tally = tally(tallies, contestant);
      table.append(
          "| %s | %s | %s |%n"
              .formatted(
                  contestant.label(), tally.cells(), tally == ours ? "" : ours.against(tally)));
    }
    return table.toString();
  }

  private static Tally tally(Map<Contestant, Tally> tallies, Contestant contestant) {
    return java.util.Objects.requireNonNull(tallies.get(contestant));
  }

  // ---- in turns

  private Map<Contestant, Tally> turns(List<Contestant> contestants, String password)
      throws Exception {
    Map<Contestant, Tally> tallies = new LinkedHashMap<>();
    contestants.forEach(contestant -> tallies.put(contestant, new Tally()));
    // Round 0 warms all of them up alike.
    for (int round = 0; round <= rounds; round++) {
      long begin = System.nanoTime();
      StringBuilder said = new StringBuilder();
      for (Contestant contestant : contestants) {
        contestant.settle();
        Felt felt = Felt.of(contestant, password, CLIENTS, BETWEEN);
        contestant.felt(felt);
        if (round > 0) {
          tally(tallies, contestant).add(felt);
        }
        said.append(
            String.format(
                Locale.ROOT,
                "  %s: %.0f ms, %d failed, %d lost%n",
                contestant.label(),
                felt.millis(),
                felt.failures(),
                felt.lost()));
      }
      System.out.printf(
          Locale.ROOT,
          "round %d of %d, %.0f s%n%s",
          round,
          rounds,
          (System.nanoTime() - begin) / 1e9,
          said);
    }
    return tallies;
  }
}
