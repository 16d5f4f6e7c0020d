package io.matriarch.inventory;

import io.matriarch.security.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The constraints of the schema, said in words that name the field. The schema has the last one.
 */
public final class Fields {

  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._:%-]{1,253}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\\$?");
  private static final Pattern SYSTEM_IDENTIFIER = Pattern.compile("[0-9]{1,20}");
  private static final int MAX_ELEMENTS = 50;
  private static final int LONGEST_CERTIFICATES = 300_000;

  private Fields() {}

  public static void name(String field, String value, int max) {
    text(field, value, max);
    if (value.isBlank()) {
      throw new InvalidField(field, "must not be empty");
    }
    if (value.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw new InvalidField(field, "must not contain control characters or line breaks");
    }
  }

  static void optionalName(String field, @Nullable String value, int max) {
    if (value != null) {
      name(field, value, max);
    }
  }

  /** Any text that PostgreSQL can hold. */
  static void text(String field, String value, int max) {
    int length = value.codePointCount(0, value.length());
    if (length > max) {
      throw new InvalidField(
          field, "has %d characters; at most %d are allowed".formatted(length, max));
    }
    if (value.indexOf('\0') >= 0) {
      throw new InvalidField(field, "must not contain the character NUL");
    }
    if (value.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
      throw new InvalidField(field, "must not contain half a surrogate pair");
    }
  }

  static void between(String field, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw new InvalidField(field, "is %d; it is %d to %d".formatted(value, least, most));
    }
  }

  static void port(String field, @Nullable Integer value) {
    if (value != null && (value < 1 || value > 65535)) {
      throw new InvalidField(field, "is %d; a port is between 1 and 65535".formatted(value));
    }
  }

  static void address(String field, String value) {
    matches(field, value, ADDRESS, "a host name or an IP address of letters, digits and . _ : % -");
  }

  static void optionalHost(String field, @Nullable String value) {
    if (value != null) {
      matches(field, value, HOST, "a host name or an IPv4 address of letters, digits and . _ -");
    }
  }

  static void user(String field, String value) {
    matches(
        field,
        value,
        USER,
        "a login name of at most 64 letters, digits and . _ @ - that does not begin with a dash");
  }

  static void optionalSystemIdentifier(String field, @Nullable String value) {
    if (value != null) {
      matches(field, value, SYSTEM_IDENTIFIER, "1 to 20 digits, as pg_controldata shows it");
    }
  }

  static void optionalPath(String field, @Nullable String value) {
    if (value == null) {
      return;
    }
    text(field, value, 4096);
    if (!value.startsWith("/")) {
      throw new InvalidField(field, "is %s; it must be an absolute path".formatted(shown(value)));
    }
  }

  /** An absolute path of a file or directory, of no odd characters. */
  static void path(String field, String value, int max) {
    name(field, value, max);
    if (!value.startsWith("/") || value.endsWith("/")) {
      throw new InvalidField(
          field,
          "is %s; it must be an absolute path without a slash at its end".formatted(shown(value)));
    }
  }

  /** Certificates in PEM form, and nothing that must stay secret. */
  static void certificates(String field, String value) {
    text(field, value, LONGEST_CERTIFICATES);
    if (value.contains("PRIVATE KEY-----")) {
      throw new InvalidField(
          field, "contains a private key; give the root certificate only, and renew that key");
    }
    try {
      if (value.contains("-----BEGIN CERTIFICATE-----")
          && !CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8)))
              .isEmpty()) {
        return;
      }
    } catch (CertificateException e) {
      // Said below.
    }
    throw new InvalidField(
        field, "is no certificate in PEM form (-----BEGIN CERTIFICATE----- and so on)");
  }

  /** The message never tells the value. */
  static void secret(String field, Secret value, int max) {
    text(field, value.reveal(), max);
    if (value.reveal().isEmpty()) {
      throw new InvalidField(field, "must not be empty");
    }
  }

  /** Arguments of a command: any text, an empty one included, but never NUL. */
  static void arguments(String field, List<String> values) {
    elements(field, values);
    for (String value : values) {
      text(field, value, 1000);
    }
  }

  static void names(String field, List<String> values, int max) {
    elements(field, values);
    for (String value : values) {
      name(field, value, max);
    }
  }

  private static void elements(String field, List<String> values) {
    if (values.size() > MAX_ELEMENTS) {
      throw new InvalidField(
          field, "has %d elements; at most %d are allowed".formatted(values.size(), MAX_ELEMENTS));
    }
  }

  private static void matches(String field, String value, Pattern form, String words) {
    if (!form.matcher(value).matches()) {
      throw new InvalidField(field, "is %s; it must be %s".formatted(shown(value), words));
    }
  }

  /** As it stands in a message. */
  public static String shown(String value) {
    return value.isEmpty() ? "empty" : Quoted.text(value);
  }
}
