package io.matriarch.bench;

import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import io.matriarch.lab.LabService;
import io.matriarch.lab.SetChecker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Herds of two that switch over as one job while all of them are written to. */
final class ManyHerdsBench {

  private static final int PORT = 18_096;
  private static final int HERDS = 20;
  private static final int AT_ONCE = 8;
  private static final int POOLER_HOSTS = 4;
  private static final Duration BETWEEN = Duration.ofMillis(100);

  /** A herd with its pooler. */
  private record Member(long id, String url, String password) {}

  private final Path directory;
  private final int singles;

  /**
   * @param singles herds that switch one after another beforehand, to compare with
   */
  ManyHerdsBench(Path directory, int singles) {
    this.directory = directory;
    this.singles = Math.min(singles, HERDS);
  }

  String measure() throws Exception {
    try (Lab lab = Lab.up(hosts());
        LabBenchConsole console =
            new LabBenchConsole(lab, directory.resolve("console-many"), PORT)) {
      List<Member> members = new ArrayList<>();
      for (int i = 1; i <= HERDS; i++) {
        members.add(member(lab, console, i));
      }
      System.out.printf("%d herds are up%n", HERDS);
      Tally alone = new Tally();
      for (Member member : members.subList(0, singles)) {
        measured(console, members, List.of(member), alone);
        System.out.printf(Locale.ROOT, "alone, median so far %.0f ms%n", alone.median());
      }
      Tally together = new Tally();
      double busy = measured(console, members, members, together);
      return table(alone, together, busy);
    }
  }

  private static String[] hosts() {
    return Stream.concat(
            IntStream.rangeClosed(1, HERDS).boxed().flatMap(i -> Stream.of("a" + i, "b" + i)),
            IntStream.range(0, POOLER_HOSTS).mapToObj(i -> "app" + i))
        .toArray(String[]::new);
  }

  private static Member member(Lab lab, LabBenchConsole console, int number) throws Exception {
    LabHerd herd = lab.herd("herd" + number, "a" + number, "b" + number);
    String host = "app" + number % POOLER_HOSTS;
    LabService pooler = lab.pgbouncer(host, herd, 1);
    long id = console.fleet().discover(herd);
    console.fleet().pooler(id, pooler);
    return new Member(
        id,
        "jdbc:postgresql://%s:%d/app".formatted(lab.host(host).address(), pooler.port()),
        String.valueOf(herd.passwords().get("app")));
  }

  /** All herds are written to, some switch; answers how busy the cores were before. */
  private static double measured(
      LabBenchConsole console, List<Member> all, List<Member> switching, Tally tally)
      throws Exception {
    List<SetChecker> loads = new ArrayList<>();
    try {
      for (Member member : all) {
        loads.add(Felt.clients(member.url(), member.password(), 1, BETWEEN, 5));
      }
      double busy = CpuTime.busyFor(Duration.ofSeconds(2));
      console.switchOver(switching.stream().map(Member::id).toList(), AT_ONCE);
      long over = System.nanoTime();
      for (int i = 0; i < all.size(); i++) {
        Felt felt = Felt.of(loads.get(i), over);
        if (switching.contains(all.get(i))) {
          tally.add(felt);
        }
      }
      return busy;
    } finally {
      for (SetChecker load : loads) {
        load.close();
      }
    }
  }

  private static String table(Tally alone, Tally together, double busy) {
    return String.format(
        Locale.ROOT,
        """
        ## %d herds of two as one job, %d at a time, 1 connection and an insert every 100 ms per herd: longest time between two commits, milliseconds

        | What | median | p90 | min | max | failed statements | lost rows |
        | --- | --- | --- | --- | --- | --- | --- |
        | one herd, all the others under load | %s |
        | %d herds as one job | %s |

        As one job: median %.2f times that of one herd, the worst %.2f times. Before the job the cores were %.0f%% busy.
        """,
        HERDS,
        AT_ONCE,
        alone.cells(),
        HERDS,
        together.cells(),
        together.median() / alone.median(),
        together.worst() / alone.median(),
        busy * 100);
  }

  /** What {@code /proc/stat} says of all cores. */
  private static final class CpuTime {

    static double busyFor(Duration time) throws Exception {
      long[] before = read();
      Thread.sleep(time);
      long[] after = read();
      return 1 - (double) (after[1] - before[1]) / (after[0] - before[0]);
    }

    /** All time, and that in which nothing ran. */
    private static long[] read() throws Exception {
      String[] words = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
      long all = Stream.of(words).skip(1).limit(8).mapToLong(Long::parseLong).sum();
      return new long[] {all, Long.parseLong(words[4]) + Long.parseLong(words[5])};
    }
  }
}
