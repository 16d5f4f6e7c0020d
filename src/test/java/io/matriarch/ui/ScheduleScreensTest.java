package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A job for later, in waves: confirmed, seen wherever it matters, cancelled. */
class ScheduleScreensTest {

  private static final Pattern A_JOB = Pattern.compile(".*/jobs/[0-9]+$");

  /** Nobody listens there. */
  private static final int CLOSED = 1;

  private final Screens screens = Screens.workshop();

  @Test
  void several_targets_are_scheduled_in_waves_after_the_first_one_alone() throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "night", 5, CLOSED);
    Page page =
        screens.as(
            Role.OPERATOR,
            "instances?q=night",
            new Browser.NewContextOptions().setTimezoneId("Asia/Kolkata"));
    assertThat(page.locator(".foot")).containsText("5 instances");
    page.locator(".tickall").click();
    Locator dialog = ask(page, "Restart…");
    assertThat(dialog.locator(".pace .window")).isHidden();
    dialog.getByLabel("In a window").check();
    assertThat(button(dialog)).hasText("Schedule restart of 5 instances");
    // A full hour there is half past the hour here.
    assertThat(dialog.locator(".pace .window")).containsText(":30 UTC");
    dialog.getByLabel("In waves of").fill("2");
    dialog.getByLabel("In waves of").press("Tab");
    dialog.getByLabel("Seconds between").fill("60");
    dialog.getByLabel("Seconds between").press("Tab");
    dialog.getByLabel("First one alone").check();
    assertThat(dialog.locator(".pace")).containsText("night-1");
    assertThat(dialog.locator(".pace")).containsText("the others only if it succeeds");
    assertThat(dialog.locator(".targetline .wave")).hasCount(5);
    assertThat(dialog.locator(".targetline .wave").last()).hasText("wave 3");
    Axe.lightAndDark(page, "confirm-scheduled");
    button(dialog).click();
    assertThat(page).hasURL(A_JOB);
    long job = job(page);
    assertThat(page.locator(".head")).containsText("scheduled");
    assertThat(page.locator(".course")).containsText("begins in the window ");
    assertThat(page.locator(".course")).containsText(Pattern.compile("canary night-1.* first"));
    assertThat(page.locator(".course")).containsText("in waves of 2");
    assertThat(page.locator("vaadin-grid.runs")).containsText("canary");
    Axe.lightAndDark(page, "job-scheduled");
    Map<String, Object> stored =
        screens
            .jdbc()
            .sql(
                """
                select state, canary, wave_size, extract(epoch from wave_pause)::int as pause, not_after - not_before = '2 hours' as long,
                       not_before > now() as later, date_part('minute', not_before) as minute,
                       (select string_agg(wave::text, ' ' order by ordinal) from run r where r.job_id = j.job_id) as waves
                from job j where job_id = :job
                """)
            .param("job", job)
            .query()
            .singleRow();
    assertThat(stored)
        .containsEntry("state", "QUEUED")
        .containsEntry("canary", 1)
        .containsEntry("wave_size", 2)
        .containsEntry("pause", 60)
        .containsEntry("long", true)
        .containsEntry("later", true)
        .containsEntry("minute", 30.0)
        .containsEntry("waves", "1 2 2 3 3");

    page.navigate(screens.url("jobs"));
    assertThat(page.locator("vaadin-grid")).containsText("Restart 5 instances");
    assertThat(page.locator("vaadin-grid")).containsText("scheduled");
    Axe.lightAndDark(page, "jobs-scheduled");
    page.navigate(screens.url("jobs/" + job));
    page.getByText("Cancel…").click();
    page.getByText("Cancel the rest of job").click();
    assertThat(page.locator(".head")).containsText("cancelled");
    page.context().close();
  }

  @Test
  void a_job_for_later_is_seen_on_its_herd_on_the_overview_and_by_who_acts_on_the_herd()
      throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "later", 1, CLOSED);
    long herd =
        screens
            .jdbc()
            .sql("select herd_id from herd where name = 'later-1'")
            .query(Long.class)
            .single();
    Page page = screens.as(Role.OPERATOR, "herds/" + herd);
    Locator dialog = ask(page, "Restart…");
    dialog.getByLabel("In a window").check();
    assertThat(button(dialog)).hasText("Schedule restart of later-1");
    Axe.lightAndDark(page, "confirm-scheduled-one");
    Locator date = dialog.locator("vaadin-date-picker input");
    date.fill("2001-02-03");
    date.press("Enter");
    date.press("Tab");
    assertThat(dialog.locator(".notice")).containsText("is past");
    assertThat(button(dialog)).isDisabled();
    date.fill(tomorrow());
    date.press("Enter");
    date.press("Tab");
    assertThat(button(dialog)).isEnabled();
    button(dialog).click();
    assertThat(page).hasURL(A_JOB);
    long job = job(page);

    page.navigate(screens.url("herds/" + herd));
    assertThat(page.locator(".scheduled")).containsText("Restart 1 herd is scheduled for");
    Axe.lightAndDark(page, "herd-scheduled");
    dialog = ask(page, "Reload…");
    assertThat(dialog).containsText("no job scheduled on this herd");
    assertThat(dialog).containsText("is scheduled for");
    assertThat(button(dialog)).isEnabled();
    Axe.lightAndDark(page, "confirm-beside-scheduled");
    page.keyboard().press("Escape");
    page.navigate(screens.url(""));
    assertThat(page.locator(".section:has(h2:has-text('Scheduled'))"))
        .containsText("Restart 1 herd");
    Axe.lightAndDark(page, "overview-scheduled");

    page.navigate(screens.url("jobs/" + job));
    page.getByText("Cancel…").click();
    page.getByText("Cancel the rest of job").click();
    assertThat(page.locator(".head")).containsText("cancelled");
    page.context().close();
  }

  @Test
  void a_canary_that_fails_keeps_the_others_from_beginning() throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "canary", 3, CLOSED);
    Page page = screens.as(Role.OPERATOR, "instances?q=canary");
    assertThat(page.locator(".foot")).containsText("3 instances");
    page.locator(".tickall").click();
    Locator dialog = ask(page, "Restart…");
    dialog.getByLabel("First one alone").check();
    assertThat(dialog.locator(".pace")).containsText("the others only if it succeeds");
    button(dialog).click();
    assertThat(page).hasURL(A_JOB);
    assertThat(page.locator(".head")).containsText("failed");
    assertThat(page.locator(".jobprogress")).containsText("2 cancelled");
    page.locator("vaadin-grid.runs vaadin-grid-cell-content")
        .getByText(Pattern.compile("^canary-3 "))
        .click();
    assertThat(page.locator(".outcome")).containsText("Not begun: the canary canary-1");
    Axe.lightAndDark(page, "job-canary-failed");
    page.context().close();
  }

  private static Page.LocatorOptions withText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  private String tomorrow() {
    return screens
        .jdbc()
        .sql("select to_char(now() + interval '1 day', 'YYYY-MM-DD')")
        .query(String.class)
        .single();
  }

  private static Locator ask(Page page, String action) {
    page.locator(".actions vaadin-button", withText(action)).click();
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
