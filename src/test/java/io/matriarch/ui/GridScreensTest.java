package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.matriarch.security.Role;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Finding, filtering, ticking, exporting: what every grid does, tried on instances. */
class GridScreensTest {

  private final Screens screens = Screens.get();

  @Test
  void a_wrong_password_is_refused_with_a_reason_and_the_right_one_leads_on_to_the_address() {
    try (BrowserContext context = screens.anonymous(ColorScheme.LIGHT)) {
      Page page = context.newPage();
      page.navigate(screens.url("instances?q=role%3Astandby&sort=-lagBytes"));
      Screens.signIn(page, "viewer", "not the password");
      assertThat(page.getByText("Not signed in")).isVisible();
      Screens.signIn(page, "viewer", ScreenPeople.PASSWORD);
      assertThat(page.locator(".foot")).containsText("6 instances match");
      assertThat(page.locator(".search input")).hasValue("role:standby");
      assertThat(page).hasURL(Pattern.compile("instances\\?q=role%3Astandby&sort=-lagBytes$"));
    }
  }

  @Test
  void the_role_filter_shows_standbys_for_standby_and_primaries_for_primary() {
    Page page = screens.as(Role.VIEWER, "instances?role=standby");
    assertThat(page.locator(".foot")).containsText("6 instances match");
    assertThat(cells(page, "Standby")).hasCount(6);
    assertThat(cells(page, "Primary")).hasCount(0);
    page.navigate(screens.url("instances?role=primary"));
    assertThat(cells(page, "Primary")).hasCount(6);
    assertThat(cells(page, "Standby")).hasCount(0);
  }

  private static Locator cells(Page page, String text) {
    return page.locator(
        "vaadin-grid-cell-content:visible",
        new Page.LocatorOptions().setHasText(Pattern.compile("^" + text + "$")));
  }

  @Test
  void search_understands_columns_and_sizes_and_says_what_it_does_not_understand() {
    Page page = screens.as(Role.VIEWER, "instances");
    Locator search = page.locator(".search input");
    search.fill("env:prod role:standby lag>35MB");
    assertThat(page.locator(".foot")).containsText("3 instances match");
    search.fill("colour:red");
    assertThat(page.locator(".complaint")).containsText("There is no column \"colour\" here");
    search.fill("herd-3");
    assertThat(page.locator(".foot")).containsText("2 instances match");
    assertThat(page.locator(".complaint")).isHidden();
  }

  @Test
  void rows_that_a_search_hides_are_not_said_to_be_missing() {
    Page page = screens.as(Role.VIEWER, "instances?q=nobody");
    assertThat(page.getByText("Nothing matches")).isVisible();
    page.getByText("Clear search and filters").click();
    assertThat(page.locator(".foot")).containsText("12 instances");
    assertThat(page.getByText("Nothing matches")).isHidden();
  }

  @Test
  void a_chip_filters_and_the_address_reopens_it_for_somebody_else() {
    Page page = screens.as(Role.VIEWER, "instances");
    page.locator(".chip").filter(new Locator.FilterOptions().setHasText("State")).click();
    page.getByLabel("stopped").click();
    assertThat(page.locator(".foot")).containsText("2 instances match");
    assertThat(page).hasURL(Pattern.compile("condition=stopped"));
    Page other = screens.as(Role.DBA, page.url().substring(screens.url("").length()));
    assertThat(other.locator(".foot")).containsText("2 instances match");
    assertThat(other.locator(".chip.set")).containsText("stopped");
  }

  @Test
  void ticks_survive_another_search_and_all_matching_can_be_ticked() {
    Page page = screens.as(Role.OPERATOR, "instances?q=herd-1");
    assertThat(page.locator(".foot")).containsText("2 instances match");
    page.locator(".tickall").click();
    assertThat(page.locator(".picked")).containsText("2 selected");
    page.locator(".search input").fill("herd-2");
    assertThat(page.locator(".foot")).containsText("2 instances match · 2 selected");
  }

  @Test
  void ticked_rows_that_a_filter_hides_are_counted_and_unticked_with_one_click() {
    Page page = screens.as(Role.OPERATOR, "instances?q=herd-1");
    assertThat(page.locator(".foot")).containsText("2 instances match");
    page.locator(".tickall").click();
    page.locator(".search input").fill("herd-1 role:primary");
    assertThat(page.locator(".picked")).hasText("2 selected, 1 hidden by the filter");
    page.getByText("untick the 1 hidden").click();
    assertThat(page.locator(".picked")).hasText("1 selected");
    page.locator(".search input").fill("");
    assertThat(page.locator(".foot")).containsText("12 instances · 1 selected");
    assertThat(page.getByText("hidden by the filter")).hasCount(0);
  }

  @Test
  void space_ticks_the_focused_row_and_enter_opens_it() {
    Page page = screens.as(Role.OPERATOR, "instances?q=herd-2&role=primary");
    assertThat(page.locator(".foot")).containsText("1 instance matches");
    cells(page, "Primary").click();
    page.keyboard().press("Space");
    assertThat(page.locator(".picked")).containsText("1 selected");
    page.keyboard().press("Enter");
    assertThat(page).hasURL(Pattern.compile("instances/\\d+$"));
  }

  @Test
  void csv_holds_every_matching_row_and_no_formula() throws Exception {
    Page page = screens.as(Role.VIEWER, "instances?role=standby");
    assertThat(page.locator(".foot")).containsText("6 instances match");
    Download download = page.waitForDownload(() -> page.getByText("CSV").click());
    String text = new String(download.createReadStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(text.lines()).hasSize(7);
    assertThat(text.lines().findFirst())
        .hasValueSatisfying(line -> assertThat(line).startsWith("Herd,Environment"));
  }

  @Test
  void a_change_in_the_database_shows_in_an_open_grid_without_a_click() {
    Page page = screens.as(Role.VIEWER, "instances?q=herd-4&role=primary");
    assertThat(page.locator(".foot")).containsText("1 instance matches");
    screens
        .jdbc()
        .sql(
            "update instance set timeline = 77 where role = 'primary' and herd_id = (select herd_id from herd where name = 'herd-4')")
        .update();
    screens.jdbc().sql("select pg_notify('inventory', '')").query().singleRow();
    assertThat(cells(page, "77")).isVisible();
  }

  @Test
  void hostile_names_are_shown_as_text() {
    Page page = screens.as(Role.VIEWER, "instances?columns=herd,clusterName&q=script");
    assertThat(page.locator("vaadin-grid")).containsText("<script>window.pwned=1</script>");
    assertThat(page.evaluate("window.pwned === undefined")).isEqualTo(true);
    String herd =
        screens
            .jdbc()
            .sql("select herd_id from herd where name = 'herd-1'")
            .query(String.class)
            .single();
    page.navigate(screens.url("herds/" + herd));
    assertThat(page.locator(".narrow")).containsText("<script>window.pwned=1</script>");
    assertThat(page.evaluate("window.pwned === undefined")).isEqualTo(true);
  }
}
