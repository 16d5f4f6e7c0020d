package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.matriarch.security.Role;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WCAG 2.2 AA on every view, light and dark; leaves a picture of each in target/screens. */
class AccessibilityTest {

  private final Screens screens = Screens.get();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "environments",
        "servers",
        "herds",
        "instances",
        "dr-pairs",
        "drills",
        "problems",
        "jobs",
        "audit",
        "tokens",
        "profiles",
        "settings",
        "environments/new",
        "servers/new",
        "profiles/new",
        "herds/1",
        "instances/1",
        "servers/1",
        "herds/1/edit",
        "servers/1/edit",
        "environments/1/edit",
        "profiles/1/edit",
        "nothing"
      })
  void a_view_has_no_barrier(String path) throws IOException {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page page = screens.as(Role.ADMIN, path, scheme);
      assertThat(page.locator("#main")).isVisible();
      page.waitForFunction("() => !document.querySelector('vaadin-grid[loading]')");
      Axe.check(page, path.isEmpty() ? "overview" : path, scheme);
      page.context().close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void the_sign_in_page_has_no_barrier(ColorScheme scheme) throws IOException {
    try (BrowserContext context = screens.anonymous(scheme)) {
      Page page = context.newPage();
      page.navigate(screens.url("login"));
      assertThat(page.locator("vaadin-login-form")).isVisible();
      Axe.check(page, "login", scheme);
    }
  }

  @Test
  void help_beside_the_page_has_no_barrier() throws IOException {
    Page page = screens.as(Role.VIEWER, "instances");
    page.locator("vaadin-button").getByText("Help").click();
    assertThat(page.locator("aside.help")).containsText("An instance is one PostgreSQL cluster");
    Axe.lightAndDark(page, "help");
  }
}
