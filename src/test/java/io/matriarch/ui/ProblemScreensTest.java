package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A problem is suppressed with owner, reason and end, and counted again. */
class ProblemScreensTest {

  private final Screens screens = Screens.workshop();

  @Test
  void a_dba_suppresses_a_problem_and_counts_it_again() throws Exception {
    screens
        .jdbc()
        .sql(
            """
            update server_report set clock_skew = interval '1 minute'
             where server_id = (select server_id from server where name = 'db-12')
            """)
        .update();
    Page viewer = screens.as(Role.VIEWER, "problems?q=db-12");
    assertThat(viewer.locator(".foot")).containsText("1 problem");
    assertThat(viewer.getByText("Suppress…")).hasCount(0);
    viewer.context().close();

    Page page = screens.as(Role.ADMIN, "problems?q=db-12");
    assertThat(page.locator(".foot")).containsText("1 problem");
    page.locator("input.tick").first().check();
    page.getByText("Suppress…").click();
    Locator dialog = page.locator("vaadin-dialog[opened]");
    dialog.locator("vaadin-button").getByText("Suppress 1 problem").click();
    assertThat(dialog).containsText("reason must have 1 to 500 characters");
    dialog.locator("vaadin-text-field").last().locator("input").fill("NTP is mended <b>today</b>");
    Axe.lightAndDark(page, "problem-suppress");
    dialog.locator("vaadin-button").getByText("Suppress 1 problem").click();
    assertThat(dialog).hasCount(0);
    Locator grid = page.locator("vaadin-grid");
    assertThat(grid).containsText("○ until");
    assertThat(grid).containsText("NTP is mended <b>today</b>");
    assertThat(grid)
        .containsText(Pattern.compile("until (\\d+ \\w{3} \\d{4}, )?\\d\\d:\\d\\d UTC"));
    page.navigate(screens.url("problems"));
    assertThat(grid).containsText("○ until");
    Axe.lightAndDark(page, "problem-suppressed");

    page.navigate(screens.url("problems?q=db-12"));
    page.locator("input.tick").first().check();
    page.getByText("Count again").click();
    assertThat(grid.getByText("○ until")).hasCount(0);
    page.context().close();
  }
}
