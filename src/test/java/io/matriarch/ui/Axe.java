package io.matriarch.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** WCAG 2.2 AA by axe-core; leaves a picture of what it looked at in target/screens. */
final class Axe {

  private static final String RUN =
      """
      async () => {
        const ending = document.getAnimations().filter(a => a.effect.getComputedTiming().endTime < Infinity);
        await Promise.all(ending.map(a => a.finished.catch(() => {})));
        const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']});
        return found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join('; '));
      }
      """;

  private Axe() {}

  static void check(Page page, String name, ColorScheme scheme) throws IOException {
    picture(page, name, scheme);
    page.evaluate(script());
    assertThat((List<?>) page.evaluate(RUN)).as(name + " in " + scheme).isEmpty();
  }

  /** Both in place, for what would close when the page is opened again. */
  static void lightAndDark(Page page, String name) throws IOException {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      check(page, name, scheme);
    }
  }

  private static void picture(Page page, String name, ColorScheme scheme) {
    String file = name.replace('/', '-') + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png";
    page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screens", file)));
  }

  private static String script() throws IOException {
    try (InputStream in = Objects.requireNonNull(Axe.class.getResourceAsStream("/axe.min.js"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
