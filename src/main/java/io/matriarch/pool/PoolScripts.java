package io.matriarch.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The scripts that run on the host of a pooler, put together from their parts. */
final class PoolScripts {

  private static final String EXPIRE = together("console", "expire");

  static final String PAUSE = armed("pause");
  static final String HELD = armed("held");
  static final String RESUME = together("console", "resume");
  static final String STAGE = together("console", "file", "stage");
  static final String POINT = together("console", "file", "point");
  static final String PUT_BACK = together("console", "file", "putback");
  static final String PROBE = together("console", "probe");
  static final String LOOK = together("console", "look");
  static final String STRANDED = together("console", "stranded");
  static final String SIGN_IN = together("console", "signin");

  static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("expire", EXPIRE),
          Map.entry("pause", PAUSE),
          Map.entry("held", HELD),
          Map.entry("resume", RESUME),
          Map.entry("stage", STAGE),
          Map.entry("point", POINT),
          Map.entry("putback", PUT_BACK),
          Map.entry("stranded", STRANDED),
          Map.entry("look", LOOK),
          Map.entry("probe", PROBE),
          Map.entry("signin", SIGN_IN));

  private PoolScripts() {}

  /** What starts the expiry carries its script, so that nothing has to lie on the host before. */
  private static String armed(String name) {
    String quoted =
        "# shellcheck disable=SC2016 # a script of its own\nexpire='"
            + EXPIRE.replace("'", "'\\''")
            + "'\n";
    return together("console") + quoted + together("arm", name);
  }

  private static String together(String... names) {
    return Arrays.stream(names).map(PoolScripts::resource).collect(Collectors.joining());
  }

  private static String resource(String name) {
    try (InputStream in = PoolScripts.class.getResourceAsStream(name + ".sh")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
