package io.matriarch.ui.component;

import com.vaadin.flow.router.QueryParameters;
import io.matriarch.database.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a grid stands in its address: search text, filters, sort order, columns. Parameters that
 * no column answers to are left alone.
 */
record GridState(
    String search,
    Map<String, List<String>> filters,
    List<Query.Sort> sorts,
    List<String> columns) {

  static final GridState EMPTY = new GridState("", Map.of(), List.of(), List.of());

  GridState {
    filters = Map.copyOf(filters);
    sorts = List.copyOf(sorts);
    columns = List.copyOf(columns);
  }

  static GridState read(QueryParameters parameters, Set<String> filterable, Set<String> sortable) {
    Map<String, List<String>> given = parameters.getParameters();
    Map<String, List<String>> filters = new LinkedHashMap<>();
    given.forEach(
        (name, values) -> {
          List<String> kept = values.stream().filter(v -> !v.isEmpty()).toList();
          if (filterable.contains(name) && !kept.isEmpty()) {
            filters.put(name, kept);
          }
        });
    return new GridState(
        first(given, "q"),
        filters,
        sorts(first(given, "sort"), sortable),
        list(first(given, "columns")));
  }

  private static List<Query.Sort> sorts(String text, Set<String> known) {
    return list(text).stream()
        .map(
            s ->
                s.startsWith("-") ? new Query.Sort(s.substring(1), true) : new Query.Sort(s, false))
        .filter(s -> known.contains(s.column()))
        .toList();
  }

  private static String first(Map<String, List<String>> given, String name) {
    List<String> values = given.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  private static List<String> list(String text) {
    return List.of(text.split(",")).stream().filter(s -> !s.isBlank()).toList();
  }

  QueryParameters write() {
    Map<String, List<String>> out = new LinkedHashMap<>();
    if (!search.isBlank()) {
      out.put("q", List.of(search));
    }
    filters.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> out.put(e.getKey(), e.getValue()));
    if (!sorts.isEmpty()) {
      out.put(
          "sort",
          List.of(
              String.join(
                  ",",
                  sorts.stream().map(s -> (s.descending() ? "-" : "") + s.column()).toList())));
    }
    if (!columns.isEmpty()) {
      out.put("columns", List.of(String.join(",", columns)));
    }
    return new QueryParameters(out);
  }

  GridState search(String newSearch) {
    return new GridState(newSearch, filters, sorts, columns);
  }

  GridState sorted(List<Query.Sort> newSorts) {
    return new GridState(search, filters, newSorts, columns);
  }

  GridState columns(List<String> newColumns) {
    return new GridState(search, filters, sorts, newColumns);
  }

  /** With these values for one column, or without any when the list is empty. */
  GridState filter(String column, List<String> values) {
    Map<String, List<String>> next = new LinkedHashMap<>(filters);
    if (values.isEmpty()) {
      next.remove(column);
    } else {
      next.put(column, List.copyOf(values));
    }
    return new GridState(search, next, sorts, columns);
  }

  /** The same order and columns, of everything. */
  GridState unfiltered() {
    return new GridState("", Map.of(), sorts, columns);
  }

  boolean isFiltered() {
    return !search.isBlank() || !filters.isEmpty();
  }

  List<String> values(String column) {
    return new ArrayList<>(filters.getOrDefault(column, List.of()));
  }
}
