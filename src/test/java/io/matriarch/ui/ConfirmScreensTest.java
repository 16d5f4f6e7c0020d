package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.matriarch.security.Role;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** From a plan to a job: refused targets, many targets, a fleet that moves, and no barrier. */
class ConfirmScreensTest {

  private static final Pattern A_JOB = Pattern.compile(".*/jobs/[0-9]+$");

  /** Nobody listens there. */
  private static final int CLOSED = 1;

  private final Screens screens = Screens.workshop();

  @Test
  void what_is_refused_stays_behind_and_is_written_down_as_refused() throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "mixed", 18, CLOSED);
    manage("mixed-18", "patroni");
    Page page = tickAll("mixed", 18);
    Locator dialog = ask(page, "Stop…");
    assertThat(dialog).containsText("17 ready");
    assertThat(dialog).containsText("Nothing will be done on 1 instance");
    assertThat(dialog).containsText("patroni runs this instance");
    assertThat(button(dialog)).hasText("Stop the other 17");
    Axe.lightAndDark(page, "confirm-refused");
    button(dialog).click();
    assertThat(page).hasURL(A_JOB);
    assertThat(page.locator("vaadin-grid.runs")).containsText("mixed-18");
    assertThat(page.locator(".head")).containsText("failed");
    assertThat(
            screens
                .jdbc()
                .sql(
                    "select state || ' ' || count(*) from run where job_id = :job group by state order by state")
                .param("job", job(page))
                .query(String.class)
                .list())
        .containsExactly("FAILED 17", "REFUSED 1");
    assertThat(page.locator(".outcome")).containsText("refused");
    page.locator("vaadin-grid.runs vaadin-grid-cell-content").getByText("mixed-18").click();
    assertThat(page.locator(".outcome")).containsText("Use patronictl");
    assertThat(page.locator(".steps")).isHidden();
    Axe.lightAndDark(page, "job-ended");
    page.context().close();
  }

  @Test
  void a_hundred_targets_are_read_by_scrolling_down_only() throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "hundred", 100, CLOSED);
    Page page = tickAll("hundred", 100);
    Locator dialog = ask(page, "Restart…");
    assertThat(button(dialog)).hasText("Restart 100 instances");
    assertThat(dialog.locator("vaadin-details.target")).hasCount(100);
    assertThat(button(dialog)).isInViewport();
    Locator last = dialog.locator("vaadin-details.target").last();
    last.scrollIntoViewIfNeeded();
    assertThat(last).isInViewport();
    assertThat(button(dialog)).isInViewport();
    assertThat((Integer) page.evaluate("innerWidth - document.documentElement.scrollWidth"))
        .isZero();
    assertThat((Integer) dialog.locator(".targets").evaluate("e => e.scrollWidth - e.clientWidth"))
        .isLessThanOrEqualTo(0);
    last.locator("vaadin-details-summary").click();
    assertThat(last).containsText("host key pinned");
    Axe.lightAndDark(page, "confirm-hundred");
    page.context().close();
  }

  @Test
  void a_plan_that_went_stale_is_shown_anew_before_anything_is_done() throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "moving", 2, CLOSED);
    Page page = tickAll("moving", 2);
    Locator dialog = ask(page, "Reload…");
    assertThat(button(dialog)).hasText("Reload 2 instances");
    manage("moving-2", "repmgr");
    button(dialog).click();
    assertThat(dialog.locator(".notice")).containsText("nothing was done");
    assertThat(dialog.locator(".notice")).containsText("read it again");
    assertThat(dialog.locator(".notice")).containsText("moving-2");
    assertThat(dialog.locator(".notice")).containsText("repmgr");
    assertThat(button(dialog)).hasText("Reload the other one");
    assertThat(
            screens
                .jdbc()
                .sql("select count(*) from run where target_name like 'moving-%'")
                .query(Long.class)
                .single())
        .isZero();
    Axe.lightAndDark(page, "confirm-stale");
    button(dialog).click();
    assertThat(page).hasURL(A_JOB);
    assertThat(page.locator(".head")).containsText("failed");
    page.context().close();
  }

  @Test
  void a_job_that_runs_has_no_barrier_and_neither_has_the_plan_of_one_target() throws Exception {
    // Whoever connects waits: nobody answers at this port.
    try (ServerSocket tarpit = new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"))) {
      ScreenFleet.addReachable(screens.jdbc(), "slow", 1, tarpit.getLocalPort());
      Page page = tickAll("slow", 1);
      Locator dialog = ask(page, "Stop…");
      assertThat(button(dialog)).hasText(Pattern.compile("Stop slow-1.*"));
      Axe.lightAndDark(page, "confirm");
      button(dialog).click();
      assertThat(page).hasURL(A_JOB);
      assertThat(page.locator(".head")).containsText("running");
      Axe.lightAndDark(page, "job-running");
      page.context().close();
    }
  }

  @Test
  void jumping_to_anything_has_no_barrier() throws Exception {
    Page page = screens.as(Role.OPERATOR, "instances");
    assertThat(page.locator(".foot")).containsText("instances");
    page.keyboard().press("Control+k");
    page.getByRole(AriaRole.COMBOBOX).fill("stop herd-1");
    assertThat(page.locator("#palette-0")).containsText("Stop herd-1");
    Axe.lightAndDark(page, "palette");
    page.getByRole(AriaRole.COMBOBOX).fill("no such thing");
    assertThat(page.locator("vaadin-dialog.palette .none")).containsText("Nothing is called that");
    Axe.lightAndDark(page, "palette-empty");
    page.keyboard().press("Escape");
    assertThat(page.locator("vaadin-dialog.palette[opened]")).hasCount(0);
    page.context().close();
  }

  private void manage(String server, String manager) {
    screens
        .jdbc()
        .sql(
            "update instance set manager = :manager where server_id = (select server_id from server where name = :server)")
        .param("manager", manager)
        .param("server", server)
        .update();
  }

  private Page tickAll(String name, int number) {
    Page page = screens.as(Role.OPERATOR, "instances?q=" + name);
    assertThat(page.locator(".foot")).containsText(number + " instance");
    page.locator(".tickall").click();
    assertThat(page.locator(".picked")).containsText(number + " selected");
    return page;
  }

  private static Locator ask(Page page, String action) {
    page.locator(".actions vaadin-button", new Page.LocatorOptions().setHasText(action)).click();
    Locator dialog = page.locator("vaadin-dialog.confirm[opened]");
    assertThat(dialog).hasCount(1);
    return dialog;
  }

  private static Locator button(Locator dialog) {
    return dialog.locator("vaadin-button[theme~=danger], vaadin-button[theme~=primary]").last();
  }

  private static long job(Page page) {
    return Long.parseLong(page.url().substring(page.url().lastIndexOf('/') + 1));
  }
}
