package io.matriarch.dns;

import java.util.Locale;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Which record is meant.
 *
 * @param zone the zone it is in, without a final dot
 * @param name its whole name, without a final dot
 */
public record RecordName(String zone, String name, RecordType type) {

  public RecordName {
    zone = bare(zone);
    name = bare(name);
    if (!isName(zone) || !isName(name)) {
      throw new IllegalArgumentException("not a name of DNS: %s in zone %s".formatted(name, zone));
    }
    if (!name.equals(zone) && !name.endsWith("." + zone)) {
      throw new IllegalArgumentException("%s is not in zone %s".formatted(name, zone));
    }
    if (name.equals(zone) && type == RecordType.CNAME) {
      throw new IllegalArgumentException("the name of a zone itself cannot be a CNAME");
    }
  }

  /** Whether it can be a name of a host or a zone. */
  public static boolean isName(String text) {
    return text.length() <= 253
        && text.matches(
            "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*")
        && java.util.Arrays.stream(text.split("\\.")).allMatch(label -> label.length() <= 63);
  }

  private static String bare(String text) {
    String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return bare.toLowerCase(Locale.ROOT);
  }

  Name absolute() {
    return of(name);
  }

  Name absoluteZone() {
    return of(zone);
  }

  static Name of(String bare) {
    try {
      return Name.fromString(bare + ".");
    } catch (TextParseException e) {
      throw new IllegalArgumentException("not a name of DNS: " + bare, e);
    }
  }

  @Override
  public String toString() {
    return name + " " + type;
  }
}
