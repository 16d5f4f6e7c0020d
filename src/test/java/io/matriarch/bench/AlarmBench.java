package io.matriarch.bench;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.nio.file.Path;

/**
 * From the loss of a primary to its alarm and the prepared failover on the open page of its herd,
 * in a real browser.
 */
final class AlarmBench {

  private static final int PORT = 18_095;
  private static final double PATIENCE_MILLIS = 120_000;

  private final Path directory;
  private final int rounds;

  AlarmBench(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  String measure() throws Exception {
    Path data = directory.resolve("console-alarm");
    try (Lab lab = Lab.up("db1", "db2", "db3");
        LabBenchConsole console = new LabBenchConsole(lab, data, PORT)) {
      LabHerd orders = lab.herd("orders", "db1", "db2", "db3");
      long herd = console.fleet().discover(orders);
      String url = "http://127.0.0.1:" + PORT;
      try (BenchBrowser browser = new BenchBrowser(url, data)) {
        Page page = browser.page();
        page.navigate(url + "/herds/" + herd);
        Series cut = new Series();
        Series killed = new Series();
        for (int i = 0; i < rounds; i++) {
          cut.add(felt(page, () -> lab.partition("db1"), () -> lab.heal("db1")));
          killed.add(
              felt(
                  page,
                  () -> lab.exec("db1", "pkill", "-9", "-f", "postgres.*orders"),
                  () -> lab.exec("db1", "pg_ctlcluster", orders.version(), "orders", "start")));
          System.out.printf("%d of %d rounds%n", i + 1, rounds);
        }
        return table(cut, killed);
      }
    }
  }

  /** The console must have seen the primary serve again before the next round. */
  private static double felt(Page page, Series.Work loss, Series.Work mend) throws Exception {
    Locator alarm = page.locator(".alarm");
    Locator plan = page.locator(".failure .prepared");
    alarm.waitFor(until(WaitForSelectorState.HIDDEN));
    page.waitForTimeout(3_000);
    double millis =
        Series.timed(
            () -> {
              loss.run();
              alarm.waitFor(until(WaitForSelectorState.VISIBLE));
              plan.waitFor(until(WaitForSelectorState.VISIBLE));
            });
    mend.run();
    return millis;
  }

  private static Locator.WaitForOptions until(WaitForSelectorState state) {
    return new Locator.WaitForOptions().setState(state).setTimeout(PATIENCE_MILLIS);
  }

  private static String table(Series cut, Series killed) {
    return """
        ## From the loss of a primary to its alarm and the prepared failover on an open page, seconds

        | What is lost | median | min | max |
        | --- | --- | --- | --- |
        | the primary's host is cut off from everybody | %s |
        | its processes are killed | %s |
        """
        .formatted(cut.seconds(), killed.seconds());
  }
}
