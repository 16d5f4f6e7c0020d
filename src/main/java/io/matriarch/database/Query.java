package io.matriarch.database;

import java.util.ArrayList;
import java.util.List;

/**
 * What a grid or the API asks of a {@link Listing}: filters, free text, sort order and one window
 * of rows.
 */
public record Query(List<Filter> filters, String text, List<Sort> sorts, int offset, int limit) {

  /** Largest number of rows that one page may hold. */
  public static final int MAX_SIZE = 500;

  /** How a filter compares a column with its values. */
  public enum Comparison {
    EQUALS,
    CONTAINS,
    GREATER,
    LESS
  }

  /** Keeps rows whose column equals (or contains, exceeds, stays below) one of the values. */
  public record Filter(String column, Comparison comparison, List<String> values) {
    public Filter {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new InvalidQuery("filter " + column + " has no value");
      }
    }

    public static Filter equal(String column, String... values) {
      return new Filter(column, Comparison.EQUALS, List.of(values));
    }

    public static Filter contains(String column, String value) {
      return new Filter(column, Comparison.CONTAINS, List.of(value));
    }
  }

  /** One column of the sort order. */
  public record Sort(String column, boolean descending) {}

  public Query {
    filters = List.copyOf(filters);
    sorts = List.copyOf(sorts);
    if (offset < 0 || limit < 0) {
      throw new InvalidQuery("offset and limit must not be negative");
    }
  }

  public static Query all() {
    return new Query(List.of(), "", List.of(), 0, MAX_SIZE);
  }

  public Query and(Filter filter) {
    List<Filter> more = new ArrayList<>(filters);
    more.add(filter);
    return new Query(more, text, sorts, offset, limit);
  }

  public Query window(int newOffset, int newLimit) {
    return new Query(filters, text, sorts, newOffset, newLimit);
  }

  public Query sortedBy(List<Sort> newSorts) {
    return new Query(filters, text, newSorts, offset, limit);
  }

  /**
   * Reads the API's parameters: {@code
   * filter=role:standby,environment:prod|stage,lagBytes>1000,text:ord}, {@code
   * sort=-lagBytes,server}, {@code page} from 0 and {@code size} up to 500. A value that contains a
   * comma or a bar stands in quotes: {@code text:"a, b"}; see {@link Quotes}.
   *
   * @throws InvalidQuery when a part cannot be understood
   */
  public static Query parse(String filter, String sort, int page, int size) {
    if (page < 0 || size < 1 || size > MAX_SIZE) {
      throw new InvalidQuery(
          "page %d of size %d: pages count from 0, size is 1 to %d"
              .formatted(page, size, MAX_SIZE));
    }
    List<Filter> filters = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (String term : Quotes.split(filter, ",")) {
      Filter parsed = term(term);
      if (parsed.column().equals("text")) {
        texts.addAll(parsed.values());
      } else {
        filters.add(parsed);
      }
    }
    List<Sort> sorts =
        Quotes.split(sort, ",").stream()
            .map(s -> s.startsWith("-") ? new Sort(s.substring(1), true) : new Sort(s, false))
            .toList();
    return new Query(filters, String.join(" ", texts), sorts, Math.multiplyExact(page, size), size);
  }

  private static Filter term(String term) {
    for (int i = 0; i < term.length(); i++) {
      Comparison comparison =
          switch (term.charAt(i)) {
            case ':' -> Comparison.EQUALS;
            case '~' -> Comparison.CONTAINS;
            case '>' -> Comparison.GREATER;
            case '<' -> Comparison.LESS;
            default -> null;
          };
      if (comparison != null && i > 0 && i + 1 < term.length()) {
        return new Filter(
            term.substring(0, i), comparison, Quotes.values(term.substring(i + 1), "|"));
      }
    }
    throw new InvalidQuery("filter term \"" + term + "\" is not of the form column:value");
  }

  /** A filter, sort or window that cannot be answered; the message names the part. */
  public static final class InvalidQuery extends IllegalArgumentException {
    public InvalidQuery(String message) {
      super(message);
    }
  }
}
