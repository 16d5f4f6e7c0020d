package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import org.junit.jupiter.api.Test;

/** Ten thousand instances in one grid. */
class TenThousandTest {

  private final Screens screens = Screens.get();

  @Test
  void ten_thousand_rows_are_counted_sorted_scrolled_and_ticked() {
    ScreenFleet.addMany(screens.jdbc(), 10_000);
    Page page = screens.as(Role.OPERATOR, "instances?environment=bulk&sort=-lagBytes");
    assertThat(page.locator(".foot")).containsText("10\u2009000 instances match");
    assertThat(page.locator("vaadin-grid")).containsText("bulk-10000");
    page.locator(".tickall").click();
    assertThat(page.locator(".picked")).containsText("10\u2009000 selected");
    page.evaluate("document.querySelector('vaadin-grid').scrollToIndex(9999)");
    assertThat(
            page.locator("vaadin-grid-cell-content")
                .getByText(
                    "bulk-1",
                    new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
                .first())
        .isVisible();
    page.locator(".search input").fill("lag>9.7MB");
    assertThat(page.locator(".foot")).containsText("68 instances match");
  }
}
