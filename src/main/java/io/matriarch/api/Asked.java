package io.matriarch.api;

import io.matriarch.database.Query;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The parameters that all lists share. */
record Asked(
    @Schema(
            description =
                "Terms joined by commas: column:value, column:a|b, column~part, column>n, column<n, text:words."
                    + " A value that contains a comma or a bar stands in double quotes, in which a"
                    + " backslash precedes a double quote or a backslash: owner:\"Smith, J.\"|\"a\\\"b\"",
            example = "role:standby,environment:prod,text:ord")
        @Nullable String filter,
    @Schema(
            description = "Columns joined by commas, a dash before one for descending",
            example = "-lagBytes,server")
        @Nullable String sort,
    @Schema(description = "Counts from 0", defaultValue = "0") @Nullable Integer page,
    @Schema(description = "1 to 500", defaultValue = "50") @Nullable Integer size) {

  private static final int USUAL_SIZE = 50;

  Query query() {
    String terms = readable("filter", filter);
    String order = readable("sort", sort);
    try {
      return Query.parse(terms, order, page == null ? 0 : page, size == null ? USUAL_SIZE : size);
    } catch (ArithmeticException e) {
      throw new Query.InvalidQuery("page " + page + " lies beyond all pages");
    }
  }

  private static String readable(String name, @Nullable String text) {
    if (text != null && text.indexOf('\0') >= 0) {
      throw new Query.InvalidQuery(name + " contains the character NUL");
    }
    return text == null ? "" : text;
  }
}
