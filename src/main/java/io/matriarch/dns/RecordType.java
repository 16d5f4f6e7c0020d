package io.matriarch.dns;

import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** The types of records that can lead clients to a server. */
public enum RecordType {
  A(Type.A),
  AAAA(Type.AAAA),
  CNAME(Type.CNAME);

  private final int code;

  RecordType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The value in the one form in which we compare it; empty if it is none of this type. */
  public Optional<String> canonical(String value) {
    return switch (this) {
      case A -> address(value, Address.IPv4);
      case AAAA -> address(value, Address.IPv6);
      case CNAME -> name(value);
    };
  }

  private static Optional<String> address(String value, int family) {
    byte[] bytes = Address.toByteArray(value, family);
    try {
      return bytes == null
          ? Optional.empty()
          : Optional.of(java.net.InetAddress.getByAddress(bytes).getHostAddress());
    } catch (java.net.UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> name(String value) {
    String bare = value.endsWith(".") ? value.substring(0, value.length() - 1) : value;
    if (!bare.contains(".") || Address.isDottedQuad(bare) || bare.contains(":")) {
      return Optional.empty();
    }
    try {
      Name.fromString(bare + ".");
      return Optional.of(bare.toLowerCase(Locale.ROOT));
    } catch (TextParseException e) {
      return Optional.empty();
    }
  }
}
