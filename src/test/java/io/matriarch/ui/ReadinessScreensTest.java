package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whether a herd could be switched over, in the grid and on its page. */
class ReadinessScreensTest {

  private static final String CHECKS =
      """
      [{"name": "replay goes on", "outcome": "FAILED", "seen": "replay is paused on db-2", "threshold": "",
        "observedAt": null, "remedy": "Resume it there: select pg_wal_replay_resume().", "overruledBy": null},
       {"name": "no transaction is open for long", "outcome": "FAILED", "seen": "on db-1: pid 4711, 95 s, update <b>stock</b>",
        "threshold": "10 s", "observedAt": null, "remedy": "Poolers wait for it and give up; let it end, or end it.",
        "overruledBy": "ignoreReadiness"},
       {"name": "no unlogged tables", "outcome": "WARNING", "seen": "4 in app", "threshold": "", "observedAt": null,
        "remedy": "They are empty after the switch.", "overruledBy": null},
       {"name": "same timeline", "outcome": "PASSED", "seen": "timeline 3", "threshold": "", "observedAt": null,
        "remedy": "", "overruledBy": null}]
      """;

  private static final String WAYS =
      """
      [{"from": "console", "to": "db-2", "kind": "ssh", "trouble": null},
       {"from": "console", "to": "db-2", "kind": "sql", "trouble": null},
       {"from": "console", "to": "db-3", "kind": "ssh", "trouble": "not reached: no route to host"},
       {"from": "db-2", "to": "db-3", "kind": "replication", "trouble": "FATAL: no pg_hba.conf entry <b>x</b>"},
       {"from": "db-2", "to": "db-3", "kind": "sql", "trouble": "FATAL: no pg_hba.conf entry"},
       {"from": "app-1", "to": "db-2", "kind": "port", "trouble": null}]
      """;

  private static final Screens screens = Screens.workshop();
  private static long held;
  private static long fine;

  @BeforeAll
  static void looked() {
    held = id("herd-1");
    fine = id("herd-2");
    look(
        held,
        "{\"replay goes on: replay is paused on db-2\",\"no transaction is open for long: on db-1\"}",
        CHECKS);
    look(fine, "{}", "[]");
    screens
        .jdbc()
        .sql(
            """
            insert into herd_connectivity (herd_id, ways, members, at) values (:herd, :ways::jsonb, 14, now() - interval '1 hour')
            """)
        .param("herd", held)
        .param("ways", WAYS)
        .update();
  }

  private static long id(String herd) {
    return screens
        .jdbc()
        .sql("select herd_id from herd where name = :name")
        .param("name", herd)
        .query(Long.class)
        .single();
  }

  private static void look(long herd, String reasons, String checks) {
    screens
        .jdbc()
        .sql(
            """
            insert into readiness (herd_id, place, instance_id, ready, reasons, checks)
            select :herd, 1, (select max(instance_id) from instance where herd_id = :herd and role = 'standby'),
                   cardinality(:reasons::text[]) = 0, :reasons::text[], :checks::jsonb
            """)
        .param("herd", herd)
        .param("reasons", reasons)
        .param("checks", checks)
        .update();
  }

  @Test
  void the_grid_says_ready_or_the_first_reason_or_that_nobody_looked() {
    Page page = screens.as(Role.VIEWER, "herds?q=herd-");

    assertThat(page.getByText("not ready: replay goes on: replay is paused on db-2")).isVisible();
    assertThat(page.getByText("unknown").first()).isVisible();
    assertThat(page.getByText("✓ ready")).isVisible();
    page.navigate(screens.url("herds?q=ready:paused"));
    assertThat(page.locator(".foot")).containsText("1 herd");
  }

  @Test
  void the_page_lists_every_check_with_its_remedy_and_offers_a_look_to_operators_only() {
    Page page = screens.as(Role.VIEWER, "herds/" + held);
    assertThat(page.locator(".readiness")).containsText("not ready");
    assertThat(page.locator(".readiness")).containsText(Pattern.compile("pid 4711.*<b>stock</b>"));
    assertThat(page.locator(".readiness")).containsText("They are empty after the switch.");
    assertThat(page.locator(".readiness")).containsText("1 check passed");
    assertThat(page.getByText("Check now")).hasCount(0);

    page = screens.as(Role.OPERATOR, "herds/" + held);
    assertThat(page.getByText("Check now")).isVisible();
  }

  @Test
  void the_confirm_dialog_of_a_switchover_shows_what_was_last_seen() throws Exception {
    Page page = screens.as(Role.ADMIN, "herds/" + held);
    assertThat(page.locator(".readiness")).containsText("not ready");
    Axe.lightAndDark(page, "herd-readiness");
    page.getByText("Switch over…").first().click();
    assertThat(page.locator(".readylines")).containsText("not ready");
    assertThat(page.locator(".readylines"))
        .containsText("because replay goes on: replay is paused on db-2");
    assertThat(page.locator(".readylines")).containsText(Pattern.compile("[0-9]+ (s|min) ago"));
    Axe.lightAndDark(page, "switchover-readiness");
    page.context().close();

    page = screens.as(Role.ADMIN, "herds/" + fine);
    page.getByText("Switch over…").first().click();
    assertThat(page.locator(".readylines")).containsText("✓ ready");
    page.context().close();
  }

  @Test
  void the_page_shows_who_reaches_whom_and_why_not() throws Exception {
    Page page = screens.as(Role.VIEWER, "herds/" + held);
    Locator reach = page.locator(".reach");
    assertThat(reach.locator("tr")).hasCount(5);
    assertThat(reach.locator("tr").nth(1)).containsText("console");
    assertThat(reach.locator("tr").nth(2)).containsText("✕ replication");
    assertThat(reach.locator("tr").nth(3)).containsText("? not tried");
    assertThat(reach.locator("tr").nth(4)).containsText("app-1");
    assertThat(reach).containsText("2 of 14 members");
    assertThat(reach.locator("m-age.bad")).containsText(" ago");
    Locator broken = reach.locator("[role=img]").last();
    broken.focus();
    assertThat(broken).isFocused();
    assertThat(broken)
        .hasAttribute(
            "aria-label", Pattern.compile("replication from db-2 to db-3 failed: .*<b>x"));
    reach.scrollIntoViewIfNeeded();
    Axe.lightAndDark(page, "herd-reach");
    page.context().close();
  }
}
