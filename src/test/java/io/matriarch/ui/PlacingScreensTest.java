package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Herds of no environment, copies, bound logins: what people settle, and what they then see. */
class PlacingScreensTest {

  private final Screens screens = Screens.get();
  private final JdbcClient jdbc = screens.jdbc();

  private long herd(String name) {
    return jdbc.sql("insert into herd (name) values (:name) returning herd_id")
        .param("name", name)
        .query(Long.class)
        .single();
  }

  private String environmentOf(long herd) {
    return jdbc.sql("select coalesce(environment, 'none') from v_herd where herd_id = :id")
        .param("id", herd)
        .query(String.class)
        .single();
  }

  private static void choose(Page page, String environment) {
    Locator dialog = page.locator("vaadin-dialog[opened]");
    dialog.locator("vaadin-combo-box input").fill(environment);
    page.locator("vaadin-combo-box-item").getByText(environment).click();
  }

  @Test
  void a_herd_of_no_environment_is_placed_on_its_page_by_a_dba_only() {
    long herd = herd("stray-one");
    Page viewer = screens.as(Role.OPERATOR, "herds/" + herd);
    assertThat(viewer.locator(".head")).containsText("unassigned");
    assertThat(viewer.getByText("Place in environment…")).hasCount(0);

    Page page = screens.as(Role.DBA, "herds/" + herd);
    page.getByText("Place in environment…").click();
    choose(page, "stage");
    page.getByText("Place stray-one in stage").click();
    assertThat(page.locator(".head")).containsText("stage");
    assertThat(page.getByText("Place in environment…")).isHidden();
    assertThat(environmentOf(herd)).isEqualTo("stage");
    assertThat(page.locator(".historyline")).containsText("dba edited herd stray-one");
  }

  @Test
  void ticked_herds_are_placed_together_and_those_placed_already_stay() {
    long one = herd("pair-one");
    long two = herd("pair-two");
    Page page = screens.as(Role.DBA, "herds?q=pair-");
    assertThat(page.locator(".foot")).containsText("2 herds match");
    assertThat(page.getByText("Place in environment…")).isHidden();
    page.locator(".tickall").click();
    page.locator(".search input").fill("herd-1");
    assertThat(page.locator(".foot")).containsText("1 herd matches · 2 selected, 2 hidden");
    page.locator("input.tick").first().click();
    page.getByText("Place in environment…").click();
    Locator dialog = page.locator("vaadin-dialog[opened]");
    assertThat(dialog).containsText("pair-two");
    assertThat(dialog).containsText("1 of those you ticked is in an environment already");
    choose(page, "prod");
    page.getByText("Place 2 herds in prod").click();
    assertThat(page.getByText("Placed 2 herds in prod.")).isVisible();
    assertThat(environmentOf(one) + environmentOf(two)).isEqualTo("prodprod");
  }

  @Test
  void a_copy_is_made_a_herd_of_its_own_with_one_confirmation() {
    jdbc.sql(
            """
            insert into instance (server_id, herd_id, data_directory, port, role, state, online,
                                  timeline, copy, reported_at)
            select s.server_id, h.herd_id, '/data/copied', 7777, 'primary', 'primary', true, 9, true, now()
              from server s, herd h where s.name = 'db-11' and h.name = 'herd-3'
            """)
        .update();
    long copy =
        jdbc.sql("select instance_id from instance where port = 7777").query(Long.class).single();
    Page operator = screens.as(Role.OPERATOR, "instances/" + copy);
    assertThat(operator.locator(".head")).containsText("copy of prod/herd-3");
    assertThat(operator.locator(".copyline")).containsText("restored from there");
    assertThat(operator.getByText("Make it a herd of its own…")).hasCount(0);

    Page page = screens.as(Role.DBA, "instances/" + copy);
    page.getByText("Make it a herd of its own…").click();
    page.locator("vaadin-dialog[opened] vaadin-button")
        .getByText("Make it a herd of its own")
        .click();
    assertThat(page).hasURL(Pattern.compile("herds/\\d+$"));
    assertThat(page.locator(".head h1")).hasText("db-11-7777");
    assertThat(page.locator(".head")).containsText("stage");
    assertThat(page.locator(".copyline")).hasCount(0);
    page.navigate(screens.url("instances/" + copy));
    assertThat(page.locator(".narrow")).containsText("dba made db-11:7777 a herd of its own");
    assertThat(page.locator(".narrow")).containsText("moved to herd db-11-7777 from herd-3");
  }

  @Test
  void a_dba_says_whether_an_instance_may_become_primary() {
    long standby =
        jdbc.sql(
                "select max(instance_id) from instance where role = 'standby' and state = 'standby'")
            .query(Long.class)
            .single();
    Page operator = screens.as(Role.OPERATOR, "instances/" + standby);
    assertThat(operator.locator(".page")).containsText("like any other");
    assertThat(operator.getByText("May become primary…")).isHidden();

    Page page = screens.as(Role.DBA, "instances/" + standby);
    page.getByText("May become primary…").click();
    Locator dialog = page.locator("vaadin-dialog[opened]");
    dialog.getByText("Never: not even when somebody names it").click();
    dialog.locator("vaadin-button").getByText("Save").click();
    assertThat(dialog).hasCount(0);
    assertThat(page.locator(".factcolumns")).containsText("never");
    assertThat(
            jdbc.sql("select preference from instance where instance_id = :id")
                .param("id", standby)
                .query(String.class)
                .single())
        .isEqualTo("never");
  }

  @Test
  void an_administrator_releases_the_login_of_a_server() {
    long server =
        jdbc.sql("select server_id from server where name = 'db-9'").query(Long.class).single();
    jdbc.sql("insert into agent_login (login, server_id) values ('agent_nine', :server)")
        .param("server", server)
        .update();
    Page dba = screens.as(Role.DBA, "servers/" + server);
    assertThat(dba.locator(".page")).containsText("agent_nine, bound");
    assertThat(dba.getByText("Release…")).hasCount(0);

    Page page = screens.as(Role.ADMIN, "servers/" + server);
    page.getByText("Release…").click();
    page.locator("vaadin-dialog[opened] vaadin-button")
        .getByText("Release login agent_nine")
        .click();
    assertThat(page.getByText("agent_nine, bound")).hasCount(0);
    assertThat(page.locator(".narrow")).containsText("admin released the agent login of db-9");
    assertThat(jdbc.sql("select count(*) from agent_login").query(Long.class).single()).isZero();
  }

  @Test
  void what_was_added_is_told_once_however_often_it_is_asked_for() {
    Page page = screens.as(Role.DBA, "environments/new");
    page.getByLabel("Name").fill("told once");
    page.getByText("Save environment").click();
    assertThat(page).hasURL(Pattern.compile("environments$"));
    jdbc.sql(
            """
            insert into audit_event (actor, origin, action, target_kind, target, outcome, detail)
            values ('script', 'api', 'environment.create', 'environment', 'told once', 'SUCCEEDED', '{"existed": 1}')
            """)
        .update();
    page.navigate(screens.url(""));
    assertThat(
            page.locator(".historyline")
                .filter(new Locator.FilterOptions().setHasText("added environment told once")))
        .hasCount(1);
    jdbc.sql("delete from environment where name = 'told once'").update();
  }

  @Test
  void the_overview_shows_what_changed_without_a_click_and_leads_there() {
    Page page = screens.as(Role.VIEWER, "");
    assertThat(page.locator(".history")).isVisible();
    jdbc.sql(
            """
            update instance set state = 'unreachable', online = null, state_reason = 'no route to host'
             where role = 'standby' and herd_id = (select herd_id from herd where name = 'herd-5')
            """)
        .update();
    jdbc.sql("select pg_notify('inventory', '')").query().singleRow();
    Locator line =
        page.locator(".historyline")
            .filter(new Locator.FilterOptions().setHasText("cannot be reached, was online"));
    assertThat(line).containsText("herd-5");
    line.locator("a").click();
    assertThat(page).hasURL(Pattern.compile("instances/\\d+$"));
    assertThat(page.locator(".narrow")).containsText("cannot be reached, was online");
    jdbc.sql(
            "update instance set state = 'standby', online = true where state_reason = 'no route to host'")
        .update();
  }
}
