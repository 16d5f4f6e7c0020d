package io.matriarch.api;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version of an entry as its ETag, and back from {@code If-Match} (RFC 9110, 13.1.1). */
final class Versions {

  private static final Pattern STRONG = Pattern.compile("\"([0-9]{1,9})\"");
  private static final int NEVER = -1;

  private Versions() {}

  /** An edit without {@code If-Match}. */
  static final class Missing extends RuntimeException {

    private static final long serialVersionUID = 1;

    Missing() {
      super(
          "Nothing was changed: the request has no header If-Match. Send the ETag of what you read, so that nobody's change is overwritten.");
    }
  }

  static String etag(int version) {
    return "\"" + version + "\"";
  }

  /**
   * The version that the edit was made on.
   *
   * @param current stands for {@code *}, and is taken when the list names it
   */
  static int edited(@Nullable String ifMatch, int current) {
    if (ifMatch == null || ifMatch.isBlank()) {
      throw new Missing();
    }
    if (ifMatch.strip().equals("*")) {
      return current;
    }
    int[] named =
        Arrays.stream(ifMatch.split(",")).map(String::strip).mapToInt(Versions::version).toArray();
    return Arrays.stream(named).filter(v -> v == current).findFirst().orElse(named[0]);
  }

  private static int version(String etag) {
    Matcher strong = STRONG.matcher(etag);
    return strong.matches() ? Integer.parseInt(strong.group(1)) : NEVER;
  }
}
