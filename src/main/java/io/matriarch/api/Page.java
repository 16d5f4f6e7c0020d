package io.matriarch.api;

import io.matriarch.database.Listing;
import io.matriarch.database.Query;
import java.util.List;
import java.util.function.Function;

/** One page of a list and how many entries there are on all pages. */
record Page<T>(List<T> items, long total) {

  static <R, T> Page<T> of(Listing<R> listing, Query query, Function<List<R>, List<T>> shown) {
    return new Page<>(shown.apply(listing.page(query)), listing.total(query));
  }

  static <R, T> Function<List<R>, List<T>> each(Function<R, T> shown) {
    return rows -> rows.stream().map(shown).toList();
  }
}
