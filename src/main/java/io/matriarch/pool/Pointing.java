package io.matriarch.pool;

import java.util.List;
import java.util.Set;

/**
 * Where the databases of a pooler are to lead.
 *
 * @param databases that must lead to {@code to} afterwards, by name
 * @param from where no database may lead any more; entries made by a wildcard are covered by this
 * @param content of the databases file, see {@link DatabasesTemplate#render}; never shown
 */
public record Pointing(Backend to, List<String> databases, Set<Backend> from, String content) {

  public Pointing {
    databases = List.copyOf(databases);
    from = Set.copyOf(from);
    databases.forEach(name -> Words.line("database name", name));
    if (from.contains(to)) {
      throw new IllegalArgumentException("A pooler cannot be pointed away from and to " + to);
    }
    if (content.isBlank()) {
      throw new IllegalArgumentException("The databases file cannot be empty.");
    }
    if (content.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
      throw new IllegalArgumentException("The databases file holds control characters.");
    }
    IniText.check(content);
  }

  @Override
  public String toString() {
    return "Pointing[to=" + to + ", databases=" + databases + ", from=" + from + ", content=***]";
  }
}
