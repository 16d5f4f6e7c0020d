package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The report of a drill on screen, and as the files that are handed on. */
class DrillScreensTest {

  private final Screens screens = Screens.workshop();

  /** There and back, measured by a probe; what a console would have stored. */
  private long drill() {
    return screens
        .jdbc()
        .sql(
            """
            with h as (
              insert into herd (name, environment_id) select 'drilled', min(environment_id) from environment
              returning herd_id, name, environment_id, 1 as home, 2 as dr),
            j as (
              insert into job (action, label, options, plan_hash, requested_by, requested_role, origin, state, ended_at)
              values ('herd.drill', 'Drill DR', '{"values": {"holdMinutes": "10"}}', 'x', 'dora', 'dba', 'screen', 'SUCCEEDED', now() - interval '11 minutes'),
                     ('herd.switch-back', 'Switch back', '{"values": {}}', 'x', 'drill of dora', 'dba', 'rule', 'SUCCEEDED', now())
              returning job_id, action),
            r as (
              insert into run (job_id, ordinal, target_kind, target_id, target_name, herd_id, environment_id, state, past_point, plan, plan_hash, message, started_at, ended_at)
              select j.job_id, 0, 'HERD', h.herd_id, h.name, h.herd_id, h.environment_id, 'SUCCEEDED', true, '{}', 'x', 'it went well', now(), now()
                from j, h order by j.job_id
              returning run_id, job_id, herd_id),
            s as (
              insert into run_step (run_id, ordinal, kind, type, step, describe, state, proof, started_at, ended_at)
              select run_id, 0, 'STEP', 'read-probes/1', '{}', 'tell what clients felt', 'SUCCEEDED',
                     '{"longest wait of the probes, ms": "145", "writes of the probes": "80", "failed writes of the probes": "0", "replayed": "0/3000110"}',
                     now() - interval '1 second', now() from r),
            t as (
              insert into herd_term (herd_id, term, run_id, published_at, instance_id, former_id, address, port, timeline)
              select r.herd_id, 1000 + row_number() over (order by r.run_id), r.run_id, now(),
                     case when j.action = 'herd.drill' then h.dr else h.home end,
                     case when j.action = 'herd.drill' then h.home else h.dr end, 'db', 5432, 9
                from r join j using (job_id), h),
            d as (
              insert into drill (run_id, herd_id, herd, environment, home_id, home_server, dr_id, dr_server, objective_ms, returned_at)
              select r.run_id, h.herd_id, h.name, 'prod', h.home, 'db-home', h.dr, 'db-away', 500, now()
                from r join j using (job_id), h where j.action = 'herd.drill')
            select job_id from j where action = 'herd.drill'
            """)
        .query(Long.class)
        .single();
  }

  @Test
  void a_drill_tells_what_clients_felt_and_can_be_handed_on() throws Exception {
    long job = drill();
    Page page = screens.as(Role.VIEWER, "drills");
    page.getByText("job " + job).click();
    assertThat(page).hasURL(Pattern.compile("drills/" + job + "$"));
    assertThat(page.locator(".drillfacts")).containsText("Passed: 1 herd went and came back");
    assertThat(page.locator(".drillfacts")).containsText("145 ms; the objective is at most 500 ms");
    assertThat(page.getByText("Switch back…")).isHidden();
    Axe.lightAndDark(page, "drill");
    Download pdf = page.waitForDownload(() -> page.getByText("PDF").click());
    assertThat(Files.readAllBytes(pdf.path())).startsWith('%', 'P', 'D', 'F');
    Download csv = page.waitForDownload(() -> page.getByText("CSV").click());
    assertThat(Files.readString(csv.path()))
        .contains("drilled", "db-home", "db-away", "passed", "145");
    page.locator("vaadin-grid").getByText("drilled").click();
    assertThat(page.locator(".drillherd")).containsText("none of 80 writes failed");
    assertThat(page.locator(".drillherd")).containsText("had replayed 0/3000110");
    assertThat(page.locator(".drillherd vaadin-grid").first()).containsText("1.0 s");
    Axe.lightAndDark(page, "drill-herd");
  }
}
