package io.matriarch.bench;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A browser in which the break-glass administrator has signed in. */
final class BenchBrowser implements AutoCloseable {

  private final Playwright playwright;
  private final Page page;

  /**
   * @param dataDirectory of the console at that address; its one-time secret is used up
   */
  BenchBrowser(String url, Path dataDirectory) throws IOException {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of("/usr/bin/chromium"))
                    .setArgs(
                        List.of(
                            "--no-sandbox", "--disable-gpu", "--disable-background-networking")));
    page = browser.newPage();
    page.navigate(url + "/login");
    page.locator("input[name=username]").fill("break-glass");
    page.locator("input[name=password]")
        .fill(Files.readString(dataDirectory.resolve("secrets/break-glass")).strip());
    page.keyboard().press("Enter");
    page.waitForURL(address -> !address.contains("/login"));
  }

  Page page() {
    return page;
  }

  @Override
  public void close() {
    playwright.close();
  }
}
