package io.matriarch.ui;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.matriarch.MatriarchApplication;
import io.matriarch.lab.Lab;
import io.matriarch.security.Role;
import io.matriarch.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.catalina.Container;
import org.apache.catalina.Context;
import org.apache.catalina.Session;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The whole console, a directory and a browser; started once for all tests of this JVM. Tests that
 * change the fleet, or break something, share a second console.
 */
final class Screens {

  private static final List<String> FLAGS =
      List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking");

  private final ConfigurableApplicationContext context;
  private final TestDatabase database;
  private final ScreenPeople people;
  private final Map<Role, String> cookies = new EnumMap<>(Role.class);

  private Screens(
      ConfigurableApplicationContext context, TestDatabase database, ScreenPeople people) {
    this.context = context;
    this.database = database;
    this.people = people;
  }

  private static final class Holder {
    static final Screens SCREENS = begin();
  }

  private static final class Workshop {
    static final Screens SCREENS = begin();
  }

  private static final class Chromium {
    static final Browser BROWSER = launch();
  }

  static Screens get() {
    return Holder.SCREENS;
  }

  /** A console whose fleet tests may change; each in a herd or server of its own. */
  static Screens workshop() {
    return Workshop.SCREENS;
  }

  private static Screens begin() {
    Screens screens = begin(directory -> {});
    ScreenFleet.fill(screens.database());
    return screens;
  }

  /** A console of its own that may sign in to the hosts of a lab, and knows no fleet yet. */
  static Screens of(Lab lab) {
    return begin(
        directory -> {
          Path ssh = Files.createDirectories(directory.resolve("ssh"));
          Files.copy(lab.sshKey(), ssh.resolve("id_ed25519"));
          Files.setPosixFilePermissions(
              ssh.resolve("id_ed25519"), PosixFilePermissions.fromString("rw-------"));
        });
  }

  /** What is put into the console's directory before it starts. */
  private interface Preparation {
    void in(Path directory) throws IOException;
  }

  private static Screens begin(Preparation preparation) {
    // Limits are for a machine on which other suites run too; nothing waits longer than it must.
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    try {
      Path directory = Files.createTempDirectory("matriarch-screens");
      preparation.in(directory);
      TestDatabase database = TestDatabase.fresh();
      ScreenPeople people = ScreenPeople.start(directory);
      List<String> arguments = new ArrayList<>(database.arguments());
      arguments.addAll(people.arguments());
      arguments.add("--server.port=0");
      arguments.add("--matriarch.data-directory=" + directory);
      ConfigurableApplicationContext context =
          SpringApplication.run(MatriarchApplication.class, arguments.toArray(String[]::new));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    context.close();
                    people.stop();
                  }));
      return new Screens(context, database, people);
    } catch (Exception e) {
      throw new IllegalStateException("The screens cannot be tested", e);
    }
  }

  private static Browser launch() {
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Runtime.getRuntime().addShutdownHook(new Thread(playwright::close));
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(Path.of("/usr/bin/chromium"))
                .setArgs(FLAGS));
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  String property(String name) {
    return context.getEnvironment().getRequiredProperty(name);
  }

  ScreenPeople people() {
    return people;
  }

  /** Ends every session of this console, as their time limit does. */
  void endSessions() {
    TomcatWebServer server =
        (TomcatWebServer) ((WebServerApplicationContext) context).getWebServer();
    for (Container each : Objects.requireNonNull(server).getTomcat().getHost().findChildren()) {
      for (Session session : ((Context) each).getManager().findSessions()) {
        session.expire();
      }
    }
    cookies.clear();
  }

  TestDatabase database() {
    return database;
  }

  /** As the application's own role. */
  JdbcClient jdbc() {
    return database.jdbc();
  }

  String url(String path) {
    return "http://127.0.0.1:" + property("local.server.port") + "/" + path;
  }

  /** A browser nobody is signed in with. */
  BrowserContext anonymous(ColorScheme scheme) {
    BrowserContext context =
        Chromium.BROWSER.newContext(
            new Browser.NewContextOptions().setViewportSize(1440, 900).setColorScheme(scheme));
    context.setDefaultTimeout(30_000);
    return context;
  }

  /** A page as seen by the person of this role, who signs in once for all tests. */
  Page as(Role role, String path) {
    return as(role, path, ColorScheme.LIGHT);
  }

  Page as(Role role, String path, ColorScheme scheme) {
    return as(role, path, new Browser.NewContextOptions().setColorScheme(scheme));
  }

  Page as(Role role, String path, Browser.NewContextOptions options) {
    String state = cookies.computeIfAbsent(role, this::signedIn);
    options.setViewportSize(1440, 900);
    BrowserContext context = Chromium.BROWSER.newContext(options.setStorageState(state));
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
