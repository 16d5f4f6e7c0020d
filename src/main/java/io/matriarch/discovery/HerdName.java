package io.matriarch.discovery;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a herd is called as long as people have not named it. */
final class HerdName {

  private static final Pattern DEBIAN_DEFAULT = Pattern.compile("[0-9]+(\\.[0-9]+)?/.*");
  private static final int LONGEST = 63;
  private static final int LONGEST_END = 30;

  private HerdName() {}

  /**
   * The cluster_name, unless that is Debian's default such as {@code 17/main}; else {@code
   * server-port}; without a port the last part of the data directory stands in.
   */
  static String of(
      String server, @Nullable String clusterName, @Nullable Integer port, String dataDirectory) {
    if (clusterName != null && !DEBIAN_DEFAULT.matcher(clusterName).matches()) {
      return Readings.clean(clusterName, LONGEST);
    }
    String last =
        port == null
            ? dataDirectory.substring(dataDirectory.lastIndexOf('/') + 1)
            : String.valueOf(port);
    String end = "-" + Readings.clean(last, LONGEST_END);
    return Readings.clean(server, LONGEST - end.length()) + end;
  }
}
