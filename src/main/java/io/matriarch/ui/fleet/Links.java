package io.matriarch.ui.fleet;

import io.matriarch.database.Quotes;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of filtered grids. */
final class Links {

  private Links() {}

  static String environment(String page, String name) {
    return page
        + "?environment="
        + URLEncoder.encode(Quotes.written(name), StandardCharsets.UTF_8).replace("+", "%20");
  }
}
