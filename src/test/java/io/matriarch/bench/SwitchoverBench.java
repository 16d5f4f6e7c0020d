package io.matriarch.bench;

import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What clients feel of a planned switch: by us, by scripts, by other managers, in turns. */
final class SwitchoverBench {

  private static final int PORT = 18_097;
  private static final int CLIENTS = 4;
  private static final Duration BETWEEN = Duration.ofMillis(5);
  private static final String[] MEMBERS = {"db1", "db2", "db3"};
  private static final String POOLER = "app1";
  private static final String STORE = "app2";

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
      page.put(pooled(lab, console));
    }
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
        new MatriarchSwitch(console, herd, id, "Matriarch", pooled(lab, pooler), profile()));
    for (var scripted : scripted().entrySet()) {
      ScriptedSwitch.setUp(lab, scripted.getKey(), log());
      contestants.add(
          new ScriptedSwitch(
              lab,
              scripted.getKey(),
              scripted.getValue(),
              log(),
              Map.of(),
              pooled(lab, service(lab, scripted.getKey()))));
    }
    try {
      return table(contestants, turns(contestants, String.valueOf(herd.passwords().get("app"))));
    } finally {
      for (String name : scripted().keySet()) {
        ScriptedSwitch.takeDown(lab, name, log());
      }
    }
  }

  private static Map<String, String> scripted() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("proving", "Script by hand, open SSH connections, the same proofs");
    names.put("bare", "Script by hand, open sessions, no proofs");
    return names;
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

  private static String table(List<Contestant> contestants, Map<Contestant, Tally> tallies) {
    StringBuilder table =
        new StringBuilder(
            """
            ## Planned switch of a herd of three, clients through PgBouncer: longest time between two commits of a client, milliseconds

            | What | median | p90 | min | max | failed statements | lost rows | Matriarch against it |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
    double ours = tally(tallies, contestants.getFirst()).median();
    for (Contestant contestant : contestants) {
      Tally tally = tally(tallies, contestant);
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s |%n",
              contestant.label(),
              tally.cells(),
              contestant == contestants.getFirst()
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      "%.2f times, %+.0f ms",
                      ours / tally.median(),
                      ours - tally.median())));
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
