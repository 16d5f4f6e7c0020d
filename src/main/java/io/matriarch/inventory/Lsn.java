package io.matriarch.inventory;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A position in the WAL, as PostgreSQL's type pg_lsn: an unsigned 64-bit byte count. */
public record Lsn(long position) implements Comparable<Lsn> {

  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

  /**
   * Reads the form {@code 16/B374D848}.
   *
   * @throws IllegalArgumentException when the text is not of that form
   */
  public static Lsn parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an LSN");
    }
    return new Lsn(Long.parseLong(m.group(1), 16) << 32 | Long.parseLong(m.group(2), 16));
  }

  /** Bytes from {@code other} to this position; negative when this one lies before it. */
  public long minus(Lsn other) {
    return position - other.position;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(position, other.position);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%X/%X", position >>> 32, position & 0xFFFFFFFFL);
  }
}
