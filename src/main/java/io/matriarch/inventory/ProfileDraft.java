package io.matriarch.inventory;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an administrator writes of a command profile: argument lists, one element an argument, with
 * the placeholders {@link #PLACEHOLDERS}.
 */
public record ProfileDraft(
    String name,
    String description,
    List<String> start,
    List<String> stop,
    List<String> reload,
    boolean asOwner) {

  /** What may stand in braces. */
  public static final Set<String> PLACEHOLDERS =
      Set.of("major", "cluster", "data", "bin", "port", "unit", "config", "mode", "timeout");

  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");

  public ProfileDraft {
    Fields.name("name", name, 63);
    Fields.text("description", description, 2000);
    start = checked("start", start);
    stop = checked("stop", stop);
    reload = checked("reload", reload);
  }

  private static List<String> checked(String field, List<String> arguments) {
    Fields.arguments(field, arguments);
    if (arguments.isEmpty() || arguments.getFirst().isBlank()) {
      throw new InvalidField(field, "must begin with the program to run");
    }
    arguments.forEach(argument -> placeholders(field, argument));
    return List.copyOf(arguments);
  }

  private static void placeholders(String field, String argument) {
    Matcher found = BRACES.matcher(argument);
    while (found.find()) {
      if (!PLACEHOLDERS.contains(found.group(1))) {
        throw new InvalidField(
            field,
            "contains the placeholder %s, which is not known; there are %s"
                .formatted(Quoted.text(found.group()), PLACEHOLDERS.stream().sorted().toList()));
      }
    }
    if (found.replaceAll("").matches(".*[{}].*")) {
      throw new InvalidField(
          field, "contains %s: a brace without its other half".formatted(Quoted.text(argument)));
    }
  }
}
