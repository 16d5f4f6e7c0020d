package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.matriarch.security.Role;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Where poolers lead and where they should, and how people write them down. */
class EndpointScreensTest {

  private final Screens screens = Screens.workshop();

  private long id(String herd) {
    return screens
        .jdbc()
        .sql("select herd_id from herd where name = :name")
        .param("name", herd)
        .query(Long.class)
        .single();
  }

  /** What it was seen to do is of now, so that nobody asks it while the test looks. */
  private void pooler(String name, String herd, String more) {
    screens
        .jdbc()
        .sql(
            """
            insert into pooler (herd_id, server_id, name, socket_directory, port, databases_file, template, databases,
                                tried_at, observed_at, observed_clients, observed_waiting, observed_paused, observed_pool_mode)
            select h.herd_id, s.server_id, :name, '/run/' || :name, 6432, '/etc/pgbouncer/databases.ini',
                   '[databases]\napp = host={{.Host}}', array['app'], now() + interval '1 hour', now(), 12, 0, false, 'transaction'
              from herd h join server s on s.name = h.name where h.name = :herd
            """)
        .param("name", name)
        .param("herd", herd)
        .update();
    screens.jdbc().sql("update pooler set " + more + " where name = '" + name + "'").update();
  }

  @Test
  void drift_is_seen_on_both_pages_with_what_was_expected() throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "ends", 2, 1);
    pooler(
        "pool-right",
        "ends-1",
        "observed_port = 5432, observed_host = (select address from server where name = 'ends-1'), observed_leads = array[(select address || ':5432' from server where name = 'ends-1')]");
    pooler(
        "pool-drift",
        "ends-1",
        "observed_port = 5432, observed_host = '10.1.1.9', observed_leads = array['10.1.1.9:5432'], observed_waiting = 3");
    pooler("pool-silent", "ends-2", "observed_error = 'connection refused'");
    Page page = screens.as(Role.DBA, "endpoints");

    Locator grid = page.locator("vaadin-grid");
    assertThat(grid).containsText("pool-right");
    assertThat(grid).containsText("in place");
    assertThat(grid).containsText("drift");
    assertThat(grid).containsText("10.1.1.9:5432");
    assertThat(grid).containsText("no answer");
    Axe.lightAndDark(page, "endpoints");

    page.navigate(screens.url("herds/" + id("ends-1")));
    Locator section =
        page.locator(".section").filter(new Locator.FilterOptions().setHasText("Add pooler"));
    assertThat(section).containsText("pool-drift");
    assertThat(section).containsText("ends-1");
    assertThat(page.locator(".facts").last()).containsText("none published");
    Axe.lightAndDark(page, "herd-endpoints");
    page.context().close();
  }

  @Test
  void a_record_that_drifted_stands_beside_the_poolers_and_its_button_shows_the_plan()
      throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "names", 1, 1);
    pooler("pool-names", "names-1", "observed_error = null");
    screens
        .jdbc()
        .sql(
            """
            with made as (
              insert into dns_record (herd_id, name, type, zone, update_address, key_name, key_algorithm, tried_at, observed_at)
              select herd_id, 'orders.db.example', 'CNAME', 'db.example', '192.0.2.53', 'update', 'hmac-sha256', now() + interval '1 hour', now()
                from herd where name = 'names-1' returning dns_record_id)
            insert into dns_answer (dns_record_id, server, updates, answered_at, answers, ttl, serial)
            select dns_record_id, '192.0.2.53', true, now(), array['elsewhere.db.example'], 30, 7 from made
            """)
        .update();
    Page page = screens.as(Role.DBA, "endpoints?q=names-1");
    Locator grid = page.locator("vaadin-grid");
    assertThat(grid).containsText("orders.db.example");
    assertThat(grid).containsText("elsewhere.db.example");
    assertThat(grid).containsText("pool-names");
    Axe.lightAndDark(page, "endpoints-dns");
    button(page, "Lead orders.db.example to the primary").click();
    Locator dialog = page.locator("[role=dialog]").last();
    assertThat(dialog).containsText("orders.db.example CNAME");
    assertThat(dialog).containsText("Point DNS at the primary");
    page.context().close();
  }

  @Test
  void a_pooler_is_added_from_its_herd_and_what_is_wrong_stands_beside_its_field()
      throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "adds", 1, 1);
    Page page = screens.as(Role.DBA, "herds/" + id("adds-1"));
    button(page, "Add pooler").click();
    assertThat(page).hasURL(Pattern.compile("endpoints/new"));
    fill(page, "Name", "main");
    page.getByLabel("Server", new Page.GetByLabelOptions().setExact(true)).last().fill("adds-1");
    page.locator("vaadin-combo-box-item:visible", new Page.LocatorOptions().setHasText("adds-1"))
        .first()
        .click();
    fill(page, "Socket directory", "run/pgbouncer");
    fill(page, "Databases file", "/etc/pgbouncer/databases.ini");
    fill(page, "Databases", "app");
    button(page, "Save pooler").click();
    assertThat(page.locator("[slot=error-message]").filter(hasText("absolute path"))).isVisible();
    Axe.lightAndDark(page, "pooler-edit");
    fill(page, "Socket directory", "/run/pgbouncer");
    button(page, "Save pooler").click();
    assertThat(page).hasURL(Pattern.compile("herds/\\d+$"));
    assertThat(page.locator(".page")).containsText("main");
    page.context().close();
  }

  private static Locator.FilterOptions hasText(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  private static Locator button(Page page, String text) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  private static void fill(Page page, String label, String value) {
    Locator field =
        page.getByLabel(label, new Page.GetByLabelOptions().setExact(true))
            .and(page.locator("input, textarea"));
    field.fill(value);
    field.blur();
  }
}
