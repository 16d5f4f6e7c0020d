package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.matriarch.remote.SshIdentity;
import io.matriarch.remote.TestSshd;
import io.matriarch.security.Role;
import io.matriarch.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People edit: what is good is kept, what is not is refused beside its field, nothing is lost. */
class FormScreensTest {

  private static final String HOSTILE = "o'r \"x\" $(id) <img src=x onerror=pwned=1>";
  private static final String ESCAPE = "red \u001b[31m name";
  private static final String LONG = "x".repeat(10_000);

  private final Screens screens = Screens.workshop();

  @Test
  void a_server_is_saved_once_its_key_is_confirmed_and_its_checks_pass() throws Exception {
    SshIdentity identity = screens.bean(SshIdentity.class);
    try (TestSshd sshd = TestSshd.start("127.0.0.1", identity)) {
      Page page = screens.as(Role.DBA, "servers/new");
      assertThat(page.locator(".copytext code")).hasText(identity.authorizedKeysLine());
      fill(page, "Name", "db-real");
      fill(page, "Address", "127.0.0.1");
      fill(page, "SSH port", String.valueOf(sshd.port()));
      fill(page, "SSH user", "nobody-here");
      button(page, "Scan host keys").click();
      Locator key = page.locator(".keypicker vaadin-checkbox");
      assertThat(key).containsText(sshd.hostKey().fingerprint());
      key.locator("input").click();
      button(page, "Check connection and save").click();
      assertThat(page.locator(".trial")).containsText("user");
      assertThat(page.locator(".trial")).containsText("failed");
      assertThat(page.locator(".formerror")).containsText("nothing was saved");
      assertThat(page.locator(".formerror")).isInViewport();
      assertThat(button(page, "Save as unverified")).isVisible();
      assertThat(servers("db-real")).isZero();
      Axe.lightAndDark(page, "server-refused");

      fill(page, "SSH user", TestSshd.user());
      button(page, "Check connection and save").click();
      assertThat(page.locator("vaadin-dialog")).containsText("Agent token of db-real");
      Axe.lightAndDark(page, "server-saved");
      button(page, "I have kept it").click();
      assertThat(page).hasURL(Pattern.compile("servers/\\d+$"));
      assertThat(page.locator(".page")).containsText(sshd.hostKey().fingerprint());
      assertThat(page.locator(".page")).not().containsText("unverified");
      assertThat(servers("db-real")).isOne();

      page.navigate(page.url() + "/edit");
      assertThat(page.locator(".keypicker")).containsText("(pinned)");
      button(page, "Check connection and save").click();
      assertThat(page).hasURL(Pattern.compile("servers/\\d+$"));
      page.context().close();
    }
  }

  @Test
  void a_herd_is_saved_and_whoever_edited_the_older_one_is_told() throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "edited", 1, 1);
    String path = "herds/" + id("herd", "edited-1");
    Page slow = screens.as(Role.ADMIN, path + "/edit");
    Page quick = screens.as(Role.DBA, path + "/edit");
    fill(slow, "Owner", "team slow");
    fill(quick, "Owner", "team quick");
    fill(quick, "Tags", "gold eu");
    fill(quick, "Virtual host", "edited.example.org");
    fill(quick, "Port", "6432");
    button(quick, "Save herd").click();
    assertThat(quick).hasURL(Pattern.compile(path + "$"));
    for (String shown : List.of("team quick", "gold", "edited.example.org")) {
      assertThat(quick.locator(".page")).containsText(shown);
    }
    button(slow, "Save herd").click();
    Locator error = slow.locator(".formerror");
    assertThat(error).containsText("was not saved: dba changed it");
    assertThat(error).containsText("owner is now \"team quick\", you have \"team slow\"");
    assertThat(slow.getByLabel("Owner")).hasValue("team slow");
    Axe.lightAndDark(slow, "herd-lost-update");
    slow.reload();
    assertThat(slow.getByLabel("Owner")).hasValue("team quick");
    slow.context().close();
    quick.context().close();
  }

  @Test
  void a_monitor_login_is_saved_and_its_password_never_reaches_a_browser(@TempDir Path directory)
      throws Exception {
    ScreenFleet.addReachable(screens.jdbc(), "read", 1, 1);
    long herd = id("herd", "read-1");
    Page page = screens.as(Role.DBA, "herds/" + herd + "/edit");
    Page slow = screens.as(Role.ADMIN, "herds/" + herd + "/edit");
    assertThat(page.getByLabel("Monitor password")).isDisabled();
    fill(page, "Monitor login", "matriarch_monitor");
    fill(page, "Monitor password", "canary-password");
    fill(page, "Root certificate", "no certificate");
    button(page, "Save herd").click();
    assertThat(complaint(page, "Root certificate")).containsText("no certificate in PEM form");
    fill(page, "Root certificate", Files.readString(new TestAuthority().file(directory)));
    Axe.lightAndDark(page, "herd-monitor");
    button(page, "Save herd").click();
    assertThat(page).hasURL(Pattern.compile("herds/" + herd + "$"));
    assertThat(page.locator(".page"))
        .containsText("by SQL as matriarch_monitor, database postgres");

    fill(slow, "Owner", "late");
    button(slow, "Save herd").click();
    assertThat(slow.locator(".formerror")).containsText("monitor is now \"stored password, root");
    assertThat(slow.locator(".formerror")).not().containsText("canary");

    screens
        .jdbc()
        .sql(
            """
            insert into monitor_look (instance_id, rights)
            select instance_id, 'SUPERUSER' from instance where herd_id = :herd
            """)
        .param("herd", herd)
        .update();
    page.reload();
    assertThat(page.locator(".notice")).containsText("The monitor login is a superuser on");

    page.navigate(page.url() + "/edit");
    assertThat(page.getByLabel("Monitor login")).hasValue("matriarch_monitor");
    assertThat(page.getByLabel("Monitor password")).hasValue("");
    org.assertj.core.api.Assertions.assertThat(page.content()).doesNotContain("canary-password");
    fill(page, "Monitor login", "");
    button(page, "Save herd").click();
    assertThat(page.locator(".page")).containsText("through SSH");
    page.context().close();
    slow.context().close();
  }

  @Test
  void a_profile_is_made_and_a_setting_is_saved() throws Exception {
    Page page = screens.as(Role.ADMIN, "profiles/new");
    fill(page, "Name", "own unit");
    fill(page, "Description", "For hosts of one kind");
    fill(page, "Start", "systemctl\nstart\n{unitt}");
    fill(page, "Stop", "systemctl\nstop\n{unit}");
    fill(page, "Reload", "systemctl\nreload\n{unit}");
    button(page, "Save profile").click();
    assertThat(complaint(page, "Start")).containsText("{unitt}");
    Axe.lightAndDark(page, "profile-refused");
    fill(page, "Start", "systemctl\nstart\n{unit}");
    button(page, "Save profile").click();
    assertThat(page).hasURL(Pattern.compile("profiles$"));
    assertThat(page.locator(".table")).containsText("own unit");

    page.navigate(screens.url("settings"));
    Locator row = page.locator(".setting").filter(having("probe.interval"));
    row.locator("input").fill("soon");
    row.locator("vaadin-button").click();
    assertThat(row.locator("[slot=error-message]")).containsText("It is \"soon\"");
    Axe.lightAndDark(page, "setting-refused");
    row.locator("input").fill("90 seconds");
    row.locator("vaadin-button").click();
    assertThat(page.locator("vaadin-notification-card")).containsText("Saved probe.interval");
    page.reload();
    assertThat(row.locator("input")).hasValue("90 seconds");
    page.context().close();
  }

  @Test
  void a_number_that_cannot_be_read_is_not_taken_for_none() {
    Page page = screens.as(Role.DBA, "environments/new");
    fill(page, "Name", "odd");
    page.getByLabel("Order on screen").fill("");
    page.getByLabel("Order on screen").pressSequentially("1-2");
    button(page, "Save environment").click();
    assertThat(complaint(page, "Order on screen")).containsText("no whole number");
    fill(page, "Order on screen", "12");
    button(page, "Save environment").click();
    assertThat(page).hasURL(Pattern.compile("environments$"));
    assertThat(page.locator("vaadin-grid")).containsText("odd");
    page.navigate(screens.url("environments/new"));
    fill(page, "Name", "odd");
    fill(page, "Order on screen", "12");
    button(page, "Save environment").click();
    assertThat(page.getByText("There was such a thing already")).isVisible();
    page.context().close();
  }

  @Test
  void what_no_field_may_hold_is_refused_beside_it() {
    ScreenFleet.addReachable(screens.jdbc(), "strict", 1, 1);
    String herd = "herds/" + id("herd", "strict-1") + "/edit";
    Page page = screens.as(Role.ADMIN, "servers/new");
    fill(page, "Name", "strict");
    fill(page, "Address", "127.79.0.1");
    String check = "Check connection and save";
    refused(page, check, "Name", LONG, ESCAPE);
    refused(page, check, "Address", LONG, ESCAPE, HOSTILE);
    refused(page, check, "SSH user", LONG, ESCAPE, HOSTILE);
    refused(page, check, "SSH port", "0", "70000");
    refused(page, check, "Become the owner of PostgreSQL by", LONG);
    refused(page, check, "Site", LONG, ESCAPE);
    refused(page, check, "Notes", LONG);
    page.navigate(screens.url(herd));
    refused(page, "Save herd", "Name", LONG, ESCAPE);
    refused(page, "Save herd", "Description", LONG);
    refused(page, "Save herd", "Owner", LONG);
    refused(page, "Save herd", "Tags", LONG, ESCAPE);
    refused(page, "Save herd", "Virtual host", LONG, ESCAPE, HOSTILE);
    refused(page, "Save herd", "Data directory", LONG, HOSTILE);
    page.navigate(screens.url("environments/new"));
    fill(page, "Name", "strict");
    refused(page, "Save environment", "Name", LONG, ESCAPE);
    refused(page, "Save environment", "Description", LONG);
    page.navigate(screens.url("profiles/new"));
    for (String command : List.of("Name", "Start", "Stop", "Reload")) {
      fill(page, command, "strict");
    }
    refused(page, "Save profile", "Name", LONG, ESCAPE);
    refused(page, "Save profile", "Description", LONG);
    refused(page, "Save profile", "Start", LONG, "{", "{nothing}");
    page.navigate(screens.url("tokens"));
    button(page, "New token").click();
    refused(page, "Make token", "Name", LONG, ESCAPE);
    fill(page, "Name", "strict");
    refused(page, "Make token", "Ends after days", "0", "99999999");
    page.navigate(screens.url("settings"));
    Locator row = page.locator(".setting").filter(having("report.silent_after"));
    for (String bad : List.of(LONG, ESCAPE, HOSTILE)) {
      row.locator("input").fill(bad);
      row.locator("vaadin-button").click();
      assertThat(row.locator("[slot=error-message]")).containsText("It ");
      row.locator("input").fill("7");
    }
    notExecuted(page);
    page.context().close();
  }

  @Test
  void a_hostile_name_that_may_be_kept_is_shown_as_text_everywhere() throws Exception {
    Page page = screens.as(Role.ADMIN, "environments/new");
    fill(page, "Name", HOSTILE);
    fill(page, "Description", HOSTILE + "\n" + ESCAPE);
    button(page, "Save environment").click();
    assertThat(page.locator("vaadin-grid")).containsText(HOSTILE);
    page.navigate(screens.url("servers/new"));
    fill(page, "Name", HOSTILE);
    fill(page, "Address", "127.79.0.2");
    fill(page, "Site", HOSTILE);
    fill(page, "Notes", HOSTILE + "\n" + ESCAPE);
    page.getByLabel("Environment").click();
    page.getByRole(AriaRole.OPTION).getByText(HOSTILE).click();
    button(page, "Check connection and save").click();
    button(page, "Save as unverified").click();
    assertThat(page.locator("vaadin-dialog")).containsText("Agent token of " + HOSTILE);
    button(page, "I have kept it").click();
    assertThat(page.locator(".page")).containsText(HOSTILE);
    notExecuted(page);
    Axe.lightAndDark(page, "hostile-server");

    ScreenFleet.addReachable(screens.jdbc(), "hostile", 1, 1);
    String herd = "herds/" + id("herd", "hostile-1");
    page.navigate(screens.url(herd + "/edit"));
    for (String field : List.of("Name", "Owner", "Tags")) {
      fill(page, field, HOSTILE);
    }
    fill(page, "Description", HOSTILE + "\n" + ESCAPE);
    fill(page, "Data directory", "/srv/" + HOSTILE);
    button(page, "Save herd").click();
    assertThat(page).hasURL(Pattern.compile(herd + "$"));
    assertThat(page.locator(".head")).containsText(HOSTILE);
    notExecuted(page);
    Axe.lightAndDark(page, "hostile-herd");

    page.navigate(screens.url("profiles/new"));
    for (String field : List.of("Name", "Description", "Start", "Stop", "Reload")) {
      fill(page, field, HOSTILE);
    }
    button(page, "Save profile").click();
    assertThat(page.locator(".table")).containsText(HOSTILE);
    notExecuted(page);
    page.navigate(screens.url("tokens"));
    button(page, "New token").click();
    fill(page, "Name", HOSTILE);
    button(page, "Make token").click();
    assertThat(page.locator("vaadin-dialog[opened]").last()).containsText("Token " + HOSTILE);
    button(page, "I have kept it").click();
    assertThat(page.locator(".table")).containsText(HOSTILE);
    for (String path :
        List.of(
            "",
            "environments?q=img",
            "servers?q=img",
            "herds?q=img",
            "instances?q=img",
            "profiles",
            "tokens",
            "audit")) {
      page.navigate(screens.url(path));
      assertThat(page.locator(".page")).containsText("<img src=x");
      notExecuted(page);
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth - innerWidth"))
          .as(path)
          .isZero();
    }
    page.navigate(screens.url("instances?q=hostile-1"));
    assertThat(page.locator(".foot")).containsText("1 instance");
    page.locator(".tickall").click();
    assertThat(page.locator(".picked")).containsText("1 selected");
    page.locator(".actions vaadin-button", new Page.LocatorOptions().setHasText("Reload…")).click();
    assertThat(page.locator("vaadin-dialog.confirm[opened]")).containsText(HOSTILE);
    notExecuted(page);
    Axe.lightAndDark(page, "hostile-confirm");
    page.context().close();
  }

  private static Locator.FilterOptions having(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  private static Locator button(Page page, String text) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  private static Locator field(Page page, String label) {
    return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true))
        .and(page.locator("input, textarea"));
  }

  private static void fill(Page page, String label, String value) {
    field(page, label).fill(value);
    field(page, label).blur();
  }

  private static Locator complaint(Page page, String label) {
    return field(page, label).locator("xpath=..").locator("[slot=error-message]");
  }

  /** Tries each value alone, and puts back what was there. */
  private static void refused(Page page, String button, String label, String... values) {
    String good = field(page, label).inputValue();
    for (String value : values) {
      fill(page, label, value);
      button(page, button).click();
      assertThat(complaint(page, label)).hasText(Pattern.compile("\\S.*"));
      assertThat(complaint(page, label)).isInViewport();
    }
    fill(page, label, good);
  }

  private static void notExecuted(Page page) {
    assertThat(page.evaluate("window.pwned === undefined")).isEqualTo(true);
  }

  private long servers(String name) {
    return screens
        .jdbc()
        .sql("select count(*) from server where name = :name")
        .param("name", name)
        .query(Long.class)
        .single();
  }

  private long id(String table, String name) {
    return screens
        .jdbc()
        .sql("select %s_id from %s where name = :name".formatted(table, table))
        .param("name", name)
        .query(Long.class)
        .single();
  }
}
