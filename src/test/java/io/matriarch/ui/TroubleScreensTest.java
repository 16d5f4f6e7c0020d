package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.matriarch.database.DatabaseLogin;
import io.matriarch.security.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What people see when something is wrong: with their session, the line, a herd, the directory. */
@ExtendWith(OutputCaptureExtension.class)
class TroubleScreensTest {

  private final Screens screens = Screens.workshop();

  @Test
  void an_expired_session_leads_through_sign_in_back_to_the_same_rows() {
    Page page = screens.as(Role.VIEWER, "instances?q=role%3Astandby&sort=-lagBytes");
    assertThat(page.locator(".foot")).containsText("6 instances match");
    screens.endSessions();
    page.locator("vaadin-button").getByText("Help").click();
    assertThat(page.locator("vaadin-login-form")).isVisible();
    Screens.signIn(page, "viewer", ScreenPeople.PASSWORD);
    assertThat(page.locator(".foot")).containsText("6 instances match");
    assertThat(page).hasURL(Pattern.compile("instances\\?q=role%3Astandby&sort=-lagBytes$"));
    assertThat(page.locator(".search input")).hasValue("role:standby");
    page.context().close();
  }

  @Test
  void a_lost_connection_shows_how_old_the_page_is_and_goes_when_it_is_back() throws Exception {
    Page page = screens.as(Role.VIEWER, "instances?q=role%3Astandby");
    Locator banner = page.locator("m-connection");
    assertThat(page.locator(".foot")).containsText("6 instances match");
    assertThat(banner).isHidden();
    page.context().setOffline(true);
    page.locator("vaadin-button").getByText("Help").click();
    assertThat(banner).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(60_000));
    assertThat(banner).containsText("Connection lost. What you see is");
    assertThat(banner).containsText(Pattern.compile("is [1-9][0-9]* s old"));
    // Nothing lies over it.
    banner.click(new Locator.ClickOptions().setTrial(true));
    assertThat(page.locator(".live")).isHidden();
    Axe.lightAndDark(page, "connection-lost");
    page.context().setOffline(false);
    assertThat(banner).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(60_000));
    assertThat(page.locator(".foot")).containsText("6 instances match");
    assertThat(page.locator(".foot")).containsText("live");
    page.context().close();
  }

  @Test
  void times_follow_the_zone_switch_and_the_choice_is_kept() {
    screens
        .jdbc()
        .sql("update instance set started_at = '2026-01-02 03:04:05Z' where instance_id = 1")
        .update();
    Page page =
        screens.as(
            Role.VIEWER,
            "instances/1",
            new Browser.NewContextOptions().setTimezoneId("America/New_York"));
    Locator started = page.locator("m-time[at='2026-01-02T03:04:05Z']");
    assertThat(started).containsText("1 Jan 2026");
    assertThat(started).containsText("22:04:05 GMT-5");
    page.locator("m-zone").getByText("UTC").click();
    assertThat(started).containsText("2 Jan 2026");
    assertThat(started).containsText("03:04:05 UTC");
    page.reload();
    assertThat(started).containsText("03:04:05 UTC");
    assertThat(page.locator("m-zone [aria-pressed=true]")).hasText("UTC");
    page.locator("m-zone").getByText("Local").click();
    assertThat(started).containsText("22:04:05 GMT-5");
    page.context().close();
  }

  @Test
  void a_split_brain_stands_on_every_page_with_positions_and_timelines_until_it_ends()
      throws Exception {
    ScreenAgent left = ScreenAgent.on(screens, "split-left", "127.78.0.1");
    ScreenAgent right = ScreenAgent.on(screens, "split-right", "127.78.0.2");
    left.reports(ScreenAgent.primary("7770000000000000001", 1, "0/5000148"));
    Page page = screens.as(Role.ADMIN, "");
    // Of other herds there may be alarms: nothing answers at the addresses of this fleet.
    Locator alarm = page.locator(".alarm", new Page.LocatorOptions().setHasText("Split brain"));
    assertThat(page.locator(".head").first()).isVisible();
    assertThat(alarm).hasCount(0);
    right.reports(ScreenAgent.primary("7770000000000000001", 2, "0/6000028"));
    for (String path : List.of("", "instances", "jobs", "settings", "servers/new", "nothing")) {
      if (!path.isEmpty()) {
        page.navigate(screens.url(path));
      }
      assertThat(alarm).containsText("Split brain");
      assertThat(alarm).containsText("split-left:5432 (timeline 1, 0/5000148)");
      assertThat(alarm).containsText("split-right:5432 (timeline 2, 0/6000028)");
    }
    page.navigate(screens.url("instances"));
    assertThat(alarm).isInViewport();
    assertThat(page.locator(".foot")).isInViewport();
    Axe.lightAndDark(page, "split-brain");
    alarm.locator("a").click();
    assertThat(page).hasURL(Pattern.compile("herds/\\d+$"));
    assertThat(alarm).isVisible();
    Axe.lightAndDark(page, "split-brain-herd");
    right.reports(ScreenAgent.stopped("7770000000000000001", 2));
    assertThat(alarm).isHidden();
    page.context().close();
  }

  @Test
  void a_directory_that_is_down_is_named_and_break_glass_opens_the_door() throws Exception {
    screens.people().stop();
    try (BrowserContext context = screens.anonymous(ColorScheme.LIGHT)) {
      Page page = context.newPage();
      page.navigate(screens.url("instances?q=herd-2"));
      Screens.signIn(page, "viewer", ScreenPeople.PASSWORD);
      assertThat(page.locator("vaadin-login-form")).containsText("it is not your password");
      assertThat(page.locator("vaadin-login-form")).containsText("The directory does not answer");
      Axe.lightAndDark(page, "directory-down");
      Path secret = Path.of(screens.property("matriarch.data-directory"), "secrets", "break-glass");
      String used = Files.readString(secret).strip();
      Screens.signIn(page, "break-glass", used);
      assertThat(page.locator(".whoami")).containsText("admin");
      assertThat(page).hasURL(Pattern.compile("instances\\?q=herd-2$"));
      page.getByText("Sign out").click();
      assertThat(page.locator("vaadin-login-form")).isVisible();
      Screens.signIn(page, "break-glass", used);
      assertThat(page.locator("vaadin-login-form"))
          .containsText("The name or the password is not right");
    } finally {
      screens.people().answer();
    }
    try (BrowserContext context = screens.anonymous(ColorScheme.LIGHT)) {
      Page page = context.newPage();
      page.navigate(screens.url("instances"));
      Screens.signIn(page, "viewer", ScreenPeople.PASSWORD);
      assertThat(page.locator(".whoami")).containsText("viewer");
    }
  }

  @Test
  void pages_of_error_have_no_barrier_and_the_id_on_them_stands_in_the_log(CapturedOutput output)
      throws Exception {
    Page page = screens.as(Role.VIEWER, "tokens");
    assertThat(page.locator(".errorpage")).containsText("403");
    Axe.lightAndDark(page, "error-403");
    page.navigate(screens.url("herds/987654"));
    assertThat(page.locator(".errorpage")).containsText("There is none with the number 987654");
    Axe.lightAndDark(page, "error-404");
    page.context().close();
    DatabaseLogin owner = screens.database().ownerLogin();
    JdbcClient jdbc =
        JdbcClient.create(new DriverManagerDataSource(owner.url(), owner.user(), owner.password()));
    jdbc.sql("alter table matriarch.api_token rename to api_token_away").update();
    try {
      page = screens.as(Role.ADMIN, "tokens");
      assertThat(page.locator(".errorpage")).containsText("500");
      assertThat(page.locator(".errorpage")).containsText("This page could not be made");
      assertThat(output.toString())
          .contains("Error " + page.locator(".errorpage code").innerText());
      Axe.lightAndDark(page, "error-500");
    } finally {
      jdbc.sql("alter table matriarch.api_token_away rename to api_token").update();
    }
    page.reload();
    assertThat(page.locator(".errorpage")).hasCount(0);
    page.context().close();
  }
}
