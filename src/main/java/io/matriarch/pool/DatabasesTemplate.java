package io.matriarch.pool;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a databases file with {@code {{.Host}}} and {@code {{.Port}}} where the primary goes.
 */
public record DatabasesTemplate(String text) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(.*?)(?:}}|$)", Pattern.DOTALL);

  /** A host in a connection string needs quotes or ends it; addresses and names hold none. */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:/-]+");

  /** Throws IllegalArgumentException for a placeholder that is not known, or none of the host. */
  public DatabasesTemplate {
    Matcher found = PLACEHOLDER.matcher(text);
    while (found.find()) {
      if (!found.group().equals("{{.Host}}") && !found.group().equals("{{.Port}}")) {
        throw new IllegalArgumentException(
            "The template has a placeholder that is not known: "
                + found.group().lines().findFirst().orElse("")
                + "; known are {{.Host}} and {{.Port}}");
      }
    }
    if (!text.contains("{{.Host}}")) {
      throw new IllegalArgumentException("The template does not say where {{.Host}} goes.");
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
      throw new IllegalArgumentException("The template holds control characters.");
    }
  }

  /** The content of the file; ends with a line break. */
  public String render(Backend primary) {
    if (!HOST.matcher(primary.host()).matches()) {
      throw new IllegalArgumentException(
          "Not an address or name that a pooler can be pointed to: " + primary.host());
    }
    String rendered =
        text.replace("{{.Host}}", primary.host())
            .replace("{{.Port}}", Integer.toString(primary.port()));
    return rendered.endsWith("\n") ? rendered : rendered + "\n";
  }
}
