package io.matriarch.inventory;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Reads pinned host keys as people give them, with or without a comment. */
final class HostKeyLine {

  private HostKeyLine() {}

  /** The keys as {@code ssh-ed25519 AAAA...}, without comments and doubles. */
  static List<String> normalised(String field, List<String> lines) {
    return lines.stream().map(line -> normalised(field, line)).distinct().toList();
  }

  private static String normalised(String field, String line) {
    String[] parts = line.strip().split("[ \\t]+", 3);
    if (parts.length < 2 || !parts[0].equals(typeInside(parts[1]))) {
      throw new InvalidField(
          field,
          "contains %s; a host key looks like \"ssh-ed25519 AAAA...\", as ssh-keyscan prints it after the host name"
              .formatted(Fields.shown(line)));
    }
    return parts[0] + " " + parts[1];
  }

  /** The blob begins with the length and the name of its type (RFC 4253, section 6.6). */
  private static String typeInside(String base64) {
    byte[] blob;
    try {
      blob = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return "";
    }
    if (blob.length < 5 || blob[0] != 0 || blob[1] != 0 || blob[2] != 0) {
      return "";
    }
    int length = blob[3];
    return length < 1 || length > blob.length - 5
        ? ""
        : new String(blob, 4, length, StandardCharsets.US_ASCII);
  }
}
