package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.matriarch.alarm.TestReceiver;
import io.matriarch.security.Role;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A receiver is added, tested, told of a problem, edited and deleted. */
class AlarmScreensTest {

  private static final String LONG =
      "the on-call group of everything that keeps orders, payments and invoices <b>alive</b>";

  private final Screens screens = Screens.workshop();

  @Test
  void an_admin_adds_a_webhook_sees_what_it_was_told_and_deletes_it() throws Exception {
    try (TestReceiver server = TestReceiver.start()) {
      Page page = screens.as(Role.ADMIN, "alarms");
      assertThat(page.locator(".empty")).containsText("Nobody is told");
      Axe.lightAndDark(page, "alarms-empty");
      page.locator(".empty vaadin-button").getByText("Add receiver").click();
      fill(page, "Name", LONG);
      fill(page, "Address", "http://169.254.169.254/");
      button(page, "Save receiver").click();
      assertThat(page.locator("vaadin-text-field[invalid]")).containsText("link-local");
      Axe.lightAndDark(page, "alarm-refused");
      fill(page, "Address", server.url().toString());
      button(page, "Save receiver").click();
      Locator dialog = page.locator("vaadin-dialog[opened]");
      assertThat(dialog).containsText("Secret of");
      assertThat(dialog.locator("code")).containsText("mtw_");
      button(page, "I have kept it").click();
      assertThat(page).hasURL(Pattern.compile("alarms/\\d+$"));
      assertThat(page.locator(".empty")).containsText("Nothing sent yet");

      // The fleet's own problems come and go meanwhile.
      run("update alarm_receiver set problem_kinds = '{fenced}'");
      button(page, "Send a test").click();
      assertThat(page.locator("vaadin-notification-card")).containsText("took the test: HTTP 204");
      run(
          "insert into problem (kind, key, severity, detail) values ('fenced', 'alarm screens', 'critical', 'db1 <i>went</i> its own way')");
      Locator grid = page.locator("vaadin-grid");
      assertThat(grid).containsText("db1 <i>went</i> its own way");
      assertThat(page.locator(".facts")).containsText("all problems: fenced");
      run("update problem set ended_at = now() where key = 'alarm screens' and ended_at is null");
      assertThat(page.locator(".foot")).containsText("3 deliveries");
      assertThat(grid).containsText("ended");
      assertThat(grid).not().containsText("waiting");
      Axe.lightAndDark(page, "alarm");

      page.navigate(screens.url("alarms"));
      assertThat(page.locator("vaadin-grid")).containsText("✓ delivered");
      server.close();
      page.locator("button.rowbutton").getByText("Test").click();
      assertThat(page.locator(".badnotice")).containsText("did not take the test: no connection");
      assertThat(page.locator("vaadin-grid")).containsText("✕ given up");
      Axe.lightAndDark(page, "alarms");
      page.locator(".badnotice").getByText("Close").click();

      page.locator("vaadin-grid a").first().click();
      page.locator(".buttons a").getByText("Edit").click();
      page.getByText("Enabled", new Page.GetByTextOptions().setExact(true)).click();
      Axe.lightAndDark(page, "alarm-edit");
      button(page, "Save receiver").click();
      assertThat(page.locator(".facts")).containsText("○ disabled");
      page.locator(".buttons a").getByText("Edit").click();
      button(page, "Delete…").click();
      dialog.locator("vaadin-button").getByText("Delete receiver").click();
      assertThat(page).hasURL(Pattern.compile("alarms$"));
      assertThat(page.locator(".empty")).containsText("Nobody is told");
      page.context().close();
    }
  }

  private void run(String sql) {
    screens.jdbc().sql(sql).update();
  }

  private static void fill(Page page, String label, String text) {
    page.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).fill(text);
  }

  private static Locator button(Page page, String text) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(text).setExact(true));
  }
}
