package io.matriarch.demo;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes the README's pictures of a running demo: arguments are its directory and where they go. */
public final class DemoScreens {

  private static final List<String> PLAIN =
      List.of("overview", "instances", "herds", "servers", "dr-pairs", "problems", "jobs", "audit");

  private final Browser browser;
  private final String url;
  private final Path pictures;
  private final JsonNode person;

  private DemoScreens(Browser browser, JsonNode demo, Path pictures) {
    this.browser = browser;
    this.url = demo.get("url").asString();
    this.pictures = pictures;
    this.person =
        StreamSupport.stream(demo.get("people").spliterator(), false)
            .filter(p -> p.get("role").asString().equals("admin"))
            .findFirst()
            .orElseThrow();
  }

  public static void main(String[] args) throws Exception {
    JsonNode demo =
        JsonMapper.builder().build().readTree(Files.readString(Path.of(args[0], "demo.json")));
    Path pictures = Files.createDirectories(Path.of(args[1]));
    try (Playwright playwright =
            Playwright.create(
                new Playwright.CreateOptions()
                    .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser =
            playwright
                .chromium()
                .launch(
                    new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        .setArgs(
                            List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking")))) {
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        new DemoScreens(browser, demo, pictures).take(scheme);
      }
    }
  }

  private void take(ColorScheme scheme) {
    try (BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(1440, 900).setColorScheme(scheme))) {
      Page page = context.newPage();
      signIn(page);
      plan(page, scheme);
      for (String path : PLAIN) {
        page.navigate(url + "/" + (path.equals("overview") ? "" : path));
        picture(page, path, scheme);
      }
      page.navigate(url + "/herds");
      page.getByText("orders").first().click();
      page.waitForURL("**/herds/*");
      picture(page, "herd", scheme);
    }
  }

  private void signIn(Page page) {
    page.navigate(url + "/login");
    page.locator("input[name=username]").fill(person.get("name").asString());
    page.locator("input[name=password]").fill(person.get("password").asString());
    page.locator("vaadin-login-form vaadin-button").first().click();
    page.waitForURL(address -> !address.contains("/login"));
  }

  /** Restarts the standbys of a herd, after a look at the plan. */
  private void plan(Page page, ColorScheme scheme) {
    page.navigate(url + "/instances");
    Locator boxes = page.locator("vaadin-grid.fleet input[type=checkbox]");
    for (int i = 1; i <= 5; i++) {
      boxes.nth(i).click();
    }
    page.locator(".actions vaadin-button", new Page.LocatorOptions().setHasText("Restart…"))
        .click();
    Locator dialog = page.locator("vaadin-dialog.confirm[opened]");
    dialog.getByText("What will be done").waitFor();
    picture(page, "plan", scheme);
    dialog.locator("vaadin-button[theme~=danger], vaadin-button[theme~=primary]").last().click();
    page.waitForURL("**/jobs/*");
    page.locator(".head")
        .getByText("succeeded")
        .waitFor(new Locator.WaitForOptions().setTimeout(120_000));
    picture(page, "job", scheme);
  }

  private void picture(Page page, String name, ColorScheme scheme) {
    page.waitForTimeout(2_000);
    String file = name + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png";
    page.screenshot(new Page.ScreenshotOptions().setPath(pictures.resolve(file)));
  }
}
