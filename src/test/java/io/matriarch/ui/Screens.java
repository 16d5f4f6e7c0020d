package io.matriarch.ui;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.matriarch.MatriarchApplication;
import io.matriarch.security.Role;
import io.matriarch.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole console, a directory and a browser; started once for all tests of this JVM. */
final class Screens {

  private static final List<String> FLAGS =
      List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking");

  private final String url;
  private final TestDatabase database;
  private final Browser browser;
  private final Map<Role, String> cookies = new EnumMap<>(Role.class);

  private Screens(String url, TestDatabase database, Browser browser) {
    this.url = url;
    this.database = database;
    this.browser = browser;
  }

  private static final class Holder {
    static final Screens SCREENS = begin();
  }

  static Screens get() {
    return Holder.SCREENS;
  }

  private static Screens begin() {
    // Limits are for a machine on which other suites run too; nothing waits longer than it must.
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    try {
      Path directory = Files.createTempDirectory("matriarch-screens");
      TestDatabase database = TestDatabase.fresh();
      ScreenPeople people = ScreenPeople.start(directory);
      List<String> arguments = new ArrayList<>(database.arguments());
      arguments.addAll(people.arguments());
      arguments.add("--server.port=0");
      arguments.add("--matriarch.data-directory=" + directory);
      ConfigurableApplicationContext context =
          SpringApplication.run(MatriarchApplication.class, arguments.toArray(String[]::new));
      Playwright playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      Browser browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(Path.of("/usr/bin/chromium"))
                      .setArgs(FLAGS));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    playwright.close();
                    context.close();
                    people.stop();
                  }));
      String port = context.getEnvironment().getRequiredProperty("local.server.port");
      ScreenFleet.fill(database);
      return new Screens("http://127.0.0.1:" + port + "/", database, browser);
    } catch (Exception e) {
      throw new IllegalStateException("The screens cannot be tested", e);
    }
  }

  /** As the application's own role. */
  JdbcClient jdbc() {
    return database.jdbc();
  }

  String url(String path) {
    return url + path;
  }

  /** A browser nobody is signed in with. */
  BrowserContext anonymous(ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(1440, 900).setColorScheme(scheme));
    context.setDefaultTimeout(30_000);
    return context;
  }

  /** A page as seen by the person of this role, who signs in once for all tests. */
  Page as(Role role, String path) {
    return as(role, path, ColorScheme.LIGHT);
  }

  Page as(Role role, String path, ColorScheme scheme) {
    Browser.NewContextOptions options =
        new Browser.NewContextOptions().setViewportSize(1440, 900).setColorScheme(scheme);
    String state = cookies.computeIfAbsent(role, this::signedIn);
    BrowserContext context = browser.newContext(options.setStorageState(state));
    context.setDefaultTimeout(30_000);
    Page page = context.newPage();
    page.navigate(url(path));
    return page;
  }

  private String signedIn(Role role) {
    try (BrowserContext context = anonymous(ColorScheme.LIGHT)) {
      Page page = context.newPage();
      page.navigate(url("instances"));
      signIn(page, role.stored(), ScreenPeople.PASSWORD);
      page.waitForSelector(".whoami");
      return context.storageState();
    }
  }

  static void signIn(Page page, String name, String password) {
    page.locator("input[name=username]").fill(name);
    page.locator("input[name=password]").fill(password);
    page.locator("vaadin-login-form vaadin-button").first().click();
  }
}
