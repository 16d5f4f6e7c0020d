package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.matriarch.security.Role;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whatever an agent says reaches the browser as text: grids, pages, dialog, log. */
class HostileReportTest {

  private static final String TAG = "<img src=x onerror=pwned=1>";
  private static final String HOSTILE = "o'r \"x\" $(id) " + TAG + "\n\u001b[31m";
  private static final String EVERY_COLUMN =
      "herd,environment,server,site,clusterName,dataDirectory,version,role,condition,lsn,upstream,manager";

  private final Screens screens = Screens.workshop();

  @Test
  void what_an_agent_says_is_text_in_grids_pages_dialog_and_log() throws Exception {
    ScreenAgent agent = ScreenAgent.on(screens, "evil", "127.80.0.1");
    JsonMapper json = JsonMapper.shared();
    ObjectNode host = json.createObjectNode();
    for (String name : List.of("hostname", "os", "osFamily", "kernel", "init")) {
      host.put(name, HOSTILE);
    }
    ObjectNode instance = ScreenAgent.primary("7770000000000000002", 1, "0/5000148");
    instance.put("dataDirectory", "/srv/" + TAG).put("clusterName", HOSTILE + "y".repeat(3000));
    instance.put("version", "17.2" + TAG).put("owner", TAG).put("unit", TAG + ".service");
    instance.put("error", HOSTILE).put("controlState", HOSTILE);
    instance.put("debianCluster", "17/" + TAG).put("configFile", "/etc/" + TAG);
    ObjectNode slot = instance.withArray("slots").addObject();
    slot.put("name", HOSTILE)
        .put("type", HOSTILE)
        .put("active", false)
        .put("retainedBytes", 1L << 40);
    ObjectNode standby = instance.withArray("standbys").addObject();
    standby.put("applicationName", HOSTILE).put("clientAddress", HOSTILE).put("syncState", HOSTILE);
    standby.put("name", HOSTILE).put("address", HOSTILE).put("state", HOSTILE);
    instance.putObject("settings").put(TAG, HOSTILE).put("wal_level", HOSTILE);
    instance.putObject("archiver").put("lastFailedWal", HOSTILE).put("failedCount", 3);
    agent.reports(host, instance);

    Page page = screens.as(Role.OPERATOR, "instances?q=evil&columns=" + EVERY_COLUMN);
    assertThat(page.locator(".foot")).containsText("1 instance");
    assertThat(page.locator("vaadin-grid")).containsText(TAG);
    harmless(page);
    Axe.lightAndDark(page, "evil-instances");
    for (String path :
        List.of(
            "",
            "servers?q=evil",
            "herds?q=onerror",
            "problems?q=onerror",
            "servers/" + agent.server(),
            "herds/" + one("herd_id"),
            "instances/" + one("instance_id"))) {
      page.navigate(screens.url(path));
      assertThat(page.locator(".page")).containsText(Pattern.compile("evil|onerror"));
      harmless(page);
    }
    Axe.lightAndDark(page, "evil-instance");

    page.keyboard().press("Control+k");
    page.locator("vaadin-dialog.palette input").fill("onerror");
    assertThat(page.locator("#palette-list")).containsText(TAG);
    harmless(page);
    page.keyboard().press("Escape");

    page.navigate(screens.url("instances?q=evil"));
    assertThat(page.locator(".foot")).containsText("1 instance");
    page.locator(".tickall").click();
    assertThat(page.locator(".picked")).containsText("1 selected");
    page.locator(".actions vaadin-button", new Page.LocatorOptions().setHasText("Reload…")).click();
    Locator dialog = page.locator("vaadin-dialog.confirm[opened]");
    assertThat(dialog).containsText(TAG);
    harmless(page);
    Axe.lightAndDark(page, "evil-confirm");
    dialog.locator("vaadin-button[theme~=primary]").last().click();
    assertThat(page).hasURL(Pattern.compile(".*/jobs/[0-9]+$"));
    assertThat(page.locator(".head")).containsText("failed");
    assertThat(page.locator(".log")).containsText(TAG);
    harmless(page);
    Axe.lightAndDark(page, "evil-job");
    page.context().close();
  }

  private long one(String column) {
    return screens
        .jdbc()
        .sql(
            "select %s from instance join server using (server_id) where name = 'evil'"
                .formatted(column))
        .query(Long.class)
        .single();
  }

  private static void harmless(Page page) {
    assertThat(page.evaluate("window.pwned === undefined")).isEqualTo(true);
    assertThat(page.locator("img[src=x]")).hasCount(0);
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth - innerWidth"))
        .as(page.url())
        .isZero();
  }
}
