package io.matriarch.bench;

import com.microsoft.playwright.Page;
import io.matriarch.discovery.Reports;
import io.matriarch.inventory.ServerDraft;
import io.matriarch.inventory.Servers;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.springframework.context.ConfigurableApplicationContext;

/** From a report's arrival to the changed cell of an open Instances grid in a real browser. */
final class CellBench {

  private static final int REPORTS = 40;

  private final Reports reports;
  private final Servers servers;
  private final String url;
  private final Path dataDirectory;
  private final Actor admin;

  CellBench(ConfigurableApplicationContext console, String url, Path dataDirectory, Actor admin) {
    this.reports = console.getBean(Reports.class);
    this.servers = console.getBean(Servers.class);
    this.url = url;
    this.dataDirectory = dataDirectory;
    this.admin = admin;
  }

  String measure() throws Exception {
    String server = "cell-" + System.nanoTime();
    String token = token(server);
    report(token, server, 1);
    Series cells = new Series();
    try (BenchBrowser browser = new BenchBrowser(url, dataDirectory)) {
      Page page = browser.page();
      page.navigate(url + "/instances?q=" + server);
      page.getByText(lsn(1)).waitFor();
      for (int i = 2; i < REPORTS + 2; i++) {
        int number = i;
        cells.add(
            Series.timed(
                () -> {
                  report(token, server, number);
                  page.getByText(lsn(number)).waitFor();
                }));
      }
    }
    return """
        ## From a report to the changed cell in an open browser, milliseconds

        | median | p95 | max |
        | --- | --- | --- |
        | %s |
        """
        .formatted(cells.percentiles());
  }

  private String token(String server) {
    ServerDraft draft = ServerDraft.at(server, server + ".example");
    return Access.<String, RuntimeException>as(
        admin,
        () ->
            Objects.requireNonNull(servers.create(draft, Set.of("name", "address")).secret())
                .reveal());
  }

  private static String lsn(int number) {
    return "0/5%06X".formatted(number);
  }

  private void report(String token, String server, int number) {
    Instant now = Instant.now();
    String document =
        """
        {"format":1,"agent":"0.1.0","server":"%s","token":null,"sentAt":"%s","intervalSeconds":30,"host":{"hostname":"%s"},
         "instances":[{"dataDirectory":"/srv/pg","port":5432,"version":"17.2","versionNum":170002,"owner":"postgres","clusterName":"%s",
          "online":true,"state":"running","observedAt":"%s","inRecovery":false,"timeline":1,"systemIdentifier":"%d","writeLsn":"%s"}]}
        """
            .formatted(
                server,
                now,
                server,
                server,
                now,
                7_000_000_000_000_000_000L + server.hashCode(),
                lsn(number));
    Reports.Answer answer = reports.accept(token, document, "127.0.0.1");
    if (!answer.accepted()) {
      throw new IllegalStateException("the report was refused: " + answer.reason());
    }
  }
}
