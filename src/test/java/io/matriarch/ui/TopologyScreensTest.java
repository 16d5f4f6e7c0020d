package io.matriarch.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import io.matriarch.security.Role;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A standby is put onto another member on the picture of its herd. */
class TopologyScreensTest {

  private static final Screens screens = Screens.workshop();

  @Test
  void a_standby_that_is_dragged_onto_a_member_opens_the_plan_of_following_it() {
    Page page = screens.as(Role.DBA, "herds/" + herd());
    Locator standby = page.locator("m-topology a.box[data-movable]");
    Locator primary = page.locator("m-topology a.box.primary");
    assertThat(standby).isVisible();

    grab(page, standby);
    move(page, primary);
    assertThat(primary).hasClass(java.util.regex.Pattern.compile("aimed"));
    assertThat(page.locator("m-topology .hint")).containsText("is to follow");
    page.mouse().up();

    assertThat(dialog(page)).containsText("Whom to follow");
    assertThat(dialog(page)).containsText("it may follow db-");
    assertThat(page).hasURL(java.util.regex.Pattern.compile("herds/"));
  }

  @Test
  void keys_do_the_same_and_escape_lets_it_be() {
    Page page = screens.as(Role.DBA, "herds/" + herd());
    Locator standby = page.locator("m-topology a.box[data-movable]");
    Locator primary = page.locator("m-topology a.box.primary");
    standby.focus();
    page.keyboard().press("m");
    assertThat(page.locator("m-topology .hint")).containsText("Escape lets it be");
    page.keyboard().press("Escape");
    assertThat(page.locator("m-topology a.taken")).hasCount(0);

    standby.focus();
    page.keyboard().press("m");
    primary.focus();
    page.keyboard().press("Enter");

    assertThat(dialog(page)).containsText("Whom to follow");
  }

  @Test
  void a_box_that_is_only_clicked_opens_its_page() {
    Page page = screens.as(Role.DBA, "herds/" + herd());

    page.locator("m-topology a.box[data-movable]").click();

    page.waitForURL("**/instances/*");
  }

  private static void grab(Page page, Locator box) {
    BoundingBox at = Objects.requireNonNull(box.boundingBox());
    page.mouse().move(at.x + at.width / 2, at.y + at.height / 2);
    page.mouse().down();
  }

  private static void move(Page page, Locator box) {
    BoundingBox at = Objects.requireNonNull(box.boundingBox());
    page.mouse()
        .move(
            at.x + at.width / 2,
            at.y + at.height / 2,
            new com.microsoft.playwright.Mouse.MoveOptions().setSteps(5));
  }

  private static Locator dialog(Page page) {
    return page.locator("vaadin-dialog.confirm[opened]");
  }

  private static long herd() {
    return screens
        .jdbc()
        .sql("select herd_id from herd where name = 'herd-3'")
        .query(Long.class)
        .single();
  }
}
