package io.matriarch.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Passwords and tokens that were generated for this demo, by name, kept for its next start. */
final class DemoSecrets {

  private static final JsonMapper JSON = JsonMapper.shared();
  // Without letters and digits that look alike.
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final Map<String, String> values;

  private DemoSecrets(Path file, Map<String, String> values) {
    this.file = file;
    this.values = values;
  }

  static DemoSecrets in(DemoPlace place) {
    Path file = place.file("secrets.json");
    Map<String, String> kept =
        Files.exists(file)
            ? JSON.readValue(file.toFile(), new TypeReference<Map<String, String>>() {})
            : Map.of();
    return new DemoSecrets(file, new TreeMap<>(kept));
  }

  /** The password of that name, made at its first use. */
  String password(String name) {
    return find(name)
        .orElseGet(
            () -> {
              String fresh = word(4) + "-" + word(4) + "-" + word(4);
              keep(name, fresh);
              return fresh;
            });
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  void keep(String name, String secret) {
    values.put(name, secret);
    DemoPlace.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(values));
  }

  private static String word(int length) {
    return RANDOM
        .ints(length, 0, LETTERS.length())
        .mapToObj(LETTERS::charAt)
        .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
        .toString();
  }

  @Override
  public String toString() {
    return "DemoSecrets[" + values.keySet() + "]";
  }
}
