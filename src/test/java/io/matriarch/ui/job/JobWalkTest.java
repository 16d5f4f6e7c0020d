package io.matriarch.ui.job;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tick, read the plan, confirm, watch: on real servers, in a real browser, as people of each role.
 */
class JobWalkTest {

  private static final Pattern A_JOB = Pattern.compile(".*/jobs/[0-9]+$");
  private static Walk walk;

  @BeforeAll
  static void begin(@TempDir Path parent) throws Exception {
    walk = Walk.begin(parent);
    PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
  }

  @AfterAll
  static void end() throws Exception {
    walk.close();
  }

  @Test
  void an_instance_is_stopped_and_started_and_everybody_reads_the_same_log() {
    Page page = walk.as("operator", "instances?q=search");
    tick(page, 1);
    act(page, "Stop…");
    Locator dialog = dialog(page);
    assertThat(dialog).containsText("stop PostgreSQL");
    assertThat(dialog.locator(".command code").first()).containsText("stop -m fast");
    assertThat(dialog).containsText("the primary of its herd");
    Walk.picture(page, "plan-light");
    dialog.getByLabel("smart").click();
    assertThat(dialog.locator(".command code").first()).containsText("stop -m smart");
    dialog.getByLabel("immediate").click();
    assertThat(dialog.locator(".command code").first()).containsText("stop -m immediate");
    confirm(dialog, "Stop search");
    assertThat(page).hasURL(A_JOB);
    assertThat(page.locator(".head")).containsText("succeeded", patience());
    assertThat(page.locator(".log")).containsText("exit 0 after");
    Walk.picture(page, "page-light");
    String log = log(page);

    page.reload();
    assertThat(page.locator(".log")).containsText("exit 0 after");
    assertThat(log(page)).isEqualTo(log);
    Page colleague = walk.as("viewer", path(page), ColorScheme.DARK);
    assertThat(colleague.locator(".log")).containsText("exit 0 after");
    assertThat(log(colleague)).isEqualTo(log);
    Walk.picture(colleague, "page-dark");
    colleague.context().close();

    page.keyboard().press("Control+k");
    Locator box = page.getByRole(com.microsoft.playwright.options.AriaRole.COMBOBOX);
    box.fill("start search");
    Locator first = page.locator("#palette-0");
    assertThat(first).containsText("Start search");
    page.keyboard().press("Enter");
    confirm(dialog(page), "Start search");
    assertThat(page.locator(".head")).containsText("Start");
    assertThat(page.locator(".head")).containsText("succeeded", patience());
    page.context().close();
  }

  @Test
  void a_viewer_reads_the_plan_but_has_no_button_to_carry_it_out() {
    Page page = walk.as("viewer", "instances?q=billing");
    tick(page, 2);
    assertThat(page.locator(".actions vaadin-button")).hasCount(1);
    act(page, "Preview ▾");
    page.getByText("Stop…").click();
    Locator dialog = dialog(page);
    assertThat(dialog).containsText("Stop 2 instances");
    assertThat(dialog).containsText("What will be done on each of 2 instances");
    assertThat(dialog).containsText("Your role may read this plan but not carry it out");
    assertThat(dialog.locator("vaadin-button[theme~=danger]")).hasCount(0);
    Walk.picture(page, "viewer-light");
    page.context().close();
  }

  @Test
  void what_failed_is_explained_and_retried() throws Exception {
    walk.fleet("server-stop", "ams-stg1");
    Page page;
    try {
      page = walk.as("operator", "instances?q=ams-stg1");
      tick(page, 1);
      act(page, "Reload…");
      confirm(dialog(page), "Reload search");
      assertThat(page.locator(".head")).containsText("failed", patience());
      assertThat(page.locator(".outcome")).containsText("ams-stg1");
      Walk.picture(page, "failed-light");
    } finally {
      walk.fleet("server-start", "ams-stg1");
    }
    String failed = path(page);
    page.getByText("Retry this one").click();
    assertThat(page).not().hasURL(walk.url(failed));
    assertThat(page.locator(".foot")).containsText("A retry of job");
    assertThat(page.locator(".head")).containsText("succeeded", patience());
    page.context().close();
  }

  @Test
  void a_job_is_cancelled_after_it_was_said_what_that_does() {
    Page page = walk.as("operator", "instances?q=orders");
    tick(page, 3);
    act(page, "Restart…");
    Locator dialog = dialog(page);
    dialog.getByLabel("At a time").fill("1");
    confirm(dialog, "Restart 3 instances");
    page.getByText("Cancel…").click();
    Locator question = page.locator("vaadin-dialog[opened]").last();
    assertThat(question).containsText("finishes the step it is in");
    question.getByText("Cancel the rest of job").click();
    assertThat(page.locator(".head"))
        .containsText(Pattern.compile("cancelled|interrupted"), patience());
    assertThat(page.locator("vaadin-grid.runs")).containsText("cancelled");
    Walk.picture(page, "cancelled-light");
    page.context().close();
  }

  @Test
  void the_log_is_searched_narrowed_to_a_run_and_downloaded() throws Exception {
    Page page = walk.as("operator", "instances?q=billing");
    tick(page, 2);
    act(page, "Reload…");
    confirm(dialog(page), "Reload 2 instances");
    assertThat(page.locator(".head")).containsText("succeeded", patience());
    assertThat(page.locator(".logline.command")).hasCount(2);
    page.getByLabel("Search the log").fill("exit 0");
    assertThat(page.locator(".logline.command")).hasCount(0);
    assertThat(page.locator(".logline.exit")).hasCount(2);
    page.getByLabel("Search the log").fill("");
    assertThat(page.locator(".logline.command")).hasCount(2);
    page.locator("vaadin-grid.runs vaadin-grid-cell-content").getByText("fra-db2").click();
    assertThat(page.locator(".logline.command")).hasCount(1);
    assertThat(page).hasURL(Pattern.compile(".*[?]run=[0-9]+$"));
    page.reload();
    assertThat(page.locator(".logline.command")).hasCount(1);
    page.getByText("show all runs").click();
    assertThat(page.locator(".logline.command")).hasCount(2);
    Path file = page.waitForDownload(() -> page.getByText("Download log").click()).path();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(page.locator(".logline").count());
    assertThat(lines).anyMatch(line -> line.contains("reload"));
    page.context().close();
  }

  @Test
  void a_herd_gets_another_primary_by_a_choice_a_plan_and_one_button() {
    Page operator = walk.as("operator", "herds?q=billing");
    tick(operator, 1);
    assertThat(offer(operator, "Stop…")).hasCount(1);
    assertThat(offer(operator, "Switch over")).hasCount(0);
    operator.context().close();

    Page page = walk.as("dba", "herds?q=billing");
    tick(page, 1);
    act(page, "Switch over…");
    Locator dialog = dialog(page);
    assertThat(dialog).containsText("promote PostgreSQL");
    assertThat(dialog).containsText("the primary is alive");
    Walk.picture(page, "switch-light");
    dialog.locator("vaadin-select.member vaadin-select-value-button").click();
    Locator second = page.locator("vaadin-select-item:visible").nth(1);
    String server = second.textContent().strip().split(" ")[0];
    second.click();
    assertThat(dialog).containsText(server + " was asked for");
    assertThat(dialog).containsText("promote PostgreSQL 15/billing on " + server);
    confirm(dialog, "Switch over billing");
    assertThat(page.locator(".head")).containsText("succeeded", patience());
    Walk.picture(page, "switched-light");

    page.navigate(walk.url("herds?q=billing"));
    assertThat(page.locator("vaadin-grid.fleet")).containsText(server, patience());
    page.context().close();
  }

  @Test
  void a_herd_is_switched_over_and_back_under_pgbench_and_no_client_gets_an_error(
      @TempDir Path directory) throws Exception {
    Page page = walk.as("dba", "endpoints");
    assertThat(page.locator("vaadin-grid.fleet")).containsText("in place", patience());
    try (Pgbench pgbench = walk.load(directory)) {
      String first = switchOrders(page, "under-load-light");
      pgbench.goesOn();
      assertThat(switchOrders(page, "under-load-back-light")).isNotEqualTo(first);
      pgbench.goesOn();
    }
    Page colleague = walk.as("viewer", path(page), ColorScheme.DARK);
    assertThat(colleague.locator(".head")).containsText("succeeded");
    Walk.picture(colleague, "under-load-dark");
    colleague.context().close();
    page.navigate(walk.url("endpoints"));
    assertThat(page.locator("vaadin-grid.fleet")).containsText("in place", patience());
    Walk.picture(page, "endpoints-light");
    page.context().close();
  }

  /** To the standby that the plan chooses; gives its server. */
  private static String switchOrders(Page page, String picture) {
    page.navigate(walk.url("herds?q=orders"));
    tick(page, 1);
    act(page, "Switch over…");
    Locator dialog = dialog(page);
    assertThat(dialog).containsText("pause");
    Matcher chosen =
        Pattern.compile("promote PostgreSQL [0-9]+/orders on ([a-z0-9-]+)")
            .matcher(dialog.textContent());
    assertThat(chosen.find()).isTrue();
    Walk.picture(page, picture.replace("light", "plan-light"));
    confirm(dialog, "Switch over orders");
    assertThat(page.locator(".head")).containsText("succeeded", patience());
    Walk.picture(page, picture);
    return chosen.group(1);
  }

  private static void tick(Page page, int rows) {
    Locator boxes = page.locator("vaadin-grid.fleet input[type=checkbox]");
    assertThat(boxes).hasCount(rows);
    for (int i = 0; i < rows; i++) {
      boxes.nth(i).click();
      assertThat(page.locator(".picked")).containsText((i + 1) + " selected");
    }
  }

  private static void act(Page page, String label) {
    offer(page, label).click();
  }

  private static Locator offer(Page page, String label) {
    return page.locator(".actions vaadin-button", new Page.LocatorOptions().setHasText(label));
  }

  private static Locator dialog(Page page) {
    Locator dialog = page.locator("vaadin-dialog.confirm[opened]");
    assertThat(dialog).hasCount(1);
    return dialog;
  }

  private static void confirm(Locator dialog, String label) {
    Locator button =
        dialog.locator("vaadin-button[theme~=danger], vaadin-button[theme~=primary]").last();
    assertThat(button).containsText(label);
    button.click();
  }

  private static String log(Page page) {
    return String.join("\n", page.locator(".logline").allTextContents());
  }

  private static String path(Page page) {
    return page.url().substring(walk.url("").length());
  }

  private static LocatorAssertions.ContainsTextOptions patience() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);
  }
}
