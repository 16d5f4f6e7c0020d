package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a role may not use is not shown and not reachable. */
class RoleScreensTest {

  private static final List<String> ADMINISTRATION =
      List.of("tokens", "profiles", "alarms", "settings");
  private static final List<String> EDITING = List.of("servers/new", "environments/new");

  private final Screens screens = Screens.get();

  @Test
  void a_viewer_sees_the_fleet_but_neither_forms_nor_administration() {
    Page page = screens.as(Role.VIEWER, "servers");
    assertThat(page.locator(".side")).containsText("viewer");
    assertThat(page.locator(".side nav")).not().containsText("API tokens");
    assertThat(page.locator(".buttons")).containsText("Help");
    assertThat(page.getByText("Add server")).hasCount(0);
    for (String path :
        List.of(
            "tokens",
            "profiles",
            "alarms",
            "alarms/new",
            "settings",
            "servers/new",
            "environments/new")) {
      page.navigate(screens.url(path));
      assertThat(page.locator(".errorpage")).containsText("403");
    }
  }

  @Test
  void a_dba_edits_but_does_not_administer() {
    Page page = screens.as(Role.DBA, "servers");
    assertThat(page.locator(".buttons").getByText("Add server")).isVisible();
    for (String path : EDITING) {
      page.navigate(screens.url(path));
      assertThat(page.locator(".sheet")).isVisible();
    }
    for (String path : ADMINISTRATION) {
      page.navigate(screens.url(path));
      assertThat(page.locator(".errorpage")).containsText("Your role may not open this page");
    }
  }

  @Test
  void an_admin_opens_everything() {
    Page page = screens.as(Role.ADMIN, "");
    for (String path : ADMINISTRATION) {
      page.navigate(screens.url(path));
      assertThat(page.locator(".head h1")).isVisible();
      assertThat(page.locator(".errorpage")).hasCount(0);
    }
  }

  @Test
  void an_address_that_leads_nowhere_says_so_inside_the_shell() {
    Page page = screens.as(Role.VIEWER, "nothing/here");
    assertThat(page.locator(".errorpage")).containsText("There is nothing at this address");
    assertThat(page.locator(".side nav")).isVisible();
    page.navigate(screens.url("herds/987654"));
    assertThat(page.locator(".errorpage")).containsText("404");
  }

  @Test
  void an_environment_is_made_renamed_and_deleted_and_a_name_taken_is_refused() {
    Page page = screens.as(Role.DBA, "environments/new");
    page.getByLabel("Name").fill("prod");
    page.getByText("Save environment").click();
    assertThat(page.locator(".formerror")).containsText("exists");
    page.getByLabel("Name").fill("qa");
    page.getByText("Save environment").click();
    assertThat(page).hasURL(Pattern.compile("environments$"));
    page.locator("vaadin-grid a")
        .getByText("qa", new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
        .click();
    assertThat(page.locator(".head h1")).containsText("Edit qa");
    page.getByText("Delete…").click();
    page.getByText("Delete environment qa", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page).hasURL(Pattern.compile("environments$"));
    assertThat(page.locator(".foot")).not().containsText("5 environments");
  }

  @Test
  void a_server_that_cannot_be_reached_is_saved_only_as_unverified() {
    Page page = screens.as(Role.DBA, "servers/new");
    page.getByLabel("Name").fill("db-new");
    page.getByLabel("Address").fill("127.0.0.99");
    page.getByText("Check connection and save").click();
    assertThat(page.locator(".formerror")).containsText("No host key is confirmed");
    page.getByText("Save as unverified").click();
    assertThat(page.locator("vaadin-dialog")).containsText("Agent token of db-new");
    page.getByText("I have kept it").click();
    assertThat(page.locator(".page")).containsText("unverified");
  }
}
