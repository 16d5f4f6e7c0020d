package io.matriarch.ui.job;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./dev demo} with its fleet of real servers, and a browser that people sign in with. The
 * system property {@code matriarch.walk} names the directory of a demo that runs already.
 */
final class Walk implements AutoCloseable {

  private static final List<String> FLAGS =
      List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking");

  private final Path home;
  private final boolean own;
  private final JsonNode demo;
  private final Playwright playwright;
  private final Browser browser;
  private final Map<String, String> signedIn = new HashMap<>();

  private Walk(Path home, boolean own) throws IOException {
    this.home = home;
    this.own = own;
    demo = JsonMapper.shared().readTree(Files.readString(home.resolve("demo.json")));
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of("/usr/bin/chromium"))
                    .setArgs(FLAGS));
  }

  static Walk begin(Path parent) throws Exception {
    String running = System.getProperty("matriarch.walk", "");
    if (!running.isEmpty()) {
      return new Walk(Path.of(running), false);
    }
    Path home = parent.resolve("demo");
    run("./dev", "demo", "--detach", "--dir", home.toString(), "--port", freePort());
    return new Walk(home, true);
  }

  private static String freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return Integer.toString(free.getLocalPort());
    }
  }

  /** A page as the person of this role sees it. */
  Page as(String role, String path) {
    return as(role, path, ColorScheme.LIGHT);
  }

  Page as(String role, String path, ColorScheme scheme) {
    String state = signedIn.computeIfAbsent(role, this::signIn);
    BrowserContext context = browser.newContext(options(scheme).setStorageState(state));
    context.setDefaultTimeout(20_000);
    Page page = context.newPage();
    page.navigate(url(path));
    return page;
  }

  String url(String path) {
    return demo.get("url").asString() + "/" + path;
  }

  private static Browser.NewContextOptions options(ColorScheme scheme) {
    return new Browser.NewContextOptions().setViewportSize(1440, 900).setColorScheme(scheme);
  }

  private String signIn(String role) {
    JsonNode person = null;
    for (JsonNode each : demo.get("people")) {
      if (each.get("role").asString().equals(role)) {
        person = each;
      }
    }
    if (person == null) {
      throw new IllegalArgumentException("nobody has the role " + role);
    }
    try (BrowserContext context = browser.newContext(options(ColorScheme.LIGHT))) {
      Page page = context.newPage();
      page.navigate(url("instances"));
      page.locator("input[name=username]").fill(person.get("name").asString());
      page.locator("input[name=password]").fill(person.get("password").asString());
      page.locator("vaadin-login-form vaadin-button").first().click();
      page.waitForSelector(".whoami");
      return context.storageState();
    }
  }

  /**
   * Cuts a server of the fleet off, or brings it back: {@code server-stop}, {@code server-start}.
   */
  void fleet(String verb, String server) throws Exception {
    run("src/lab/fleet", verb, home.toString(), server);
  }

  /** Clients of the demo's herd "orders", behind its pooler. */
  Pgbench load(Path directory) throws Exception {
    return Pgbench.through(
        demo.get("pooler"), home.resolve("pgpass"), directory.resolve("pgbench.txt"));
  }

  static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(Path.of("target", "screens", "job-" + name + ".png")));
  }

  private static void run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // The demo runs the classes under test, not others that it would build.
    builder.environment().put("MATRIARCH_CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + said);
    }
  }

  @Override
  public void close() throws Exception {
    playwright.close();
    if (own) {
      run("./dev", "demo", "--reset", "--dir", home.toString());
    }
  }
}
