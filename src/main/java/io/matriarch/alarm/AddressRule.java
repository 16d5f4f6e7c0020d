package io.matriarch.alarm;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where nothing is sent, whoever asks for it: link-local addresses, where clouds hand out
 * credentials, multicast, and the unspecified address. Loopback and private addresses are allowed,
 * since tools of one's own live there.
 */
class AddressRule {

  /** How a name becomes addresses. */
  interface Resolver {
    InetAddress[] all(String host) throws UnknownHostException;
  }

  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] COMPATIBLE = new byte[12];
  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};

  /** Metadata of EC2 over IPv6: fd00:ec2::/32, private by its form. */
  private static final byte[] METADATA = {(byte) 0xfd, 0, 0x0e, (byte) 0xc2};

  private final Resolver resolver;

  AddressRule(Resolver resolver) {
    this.resolver = resolver;
  }

  /** Why nothing may be sent to this host now, if so; every address of it counts. */
  Optional<String> refusal(String host) {
    try {
      return Arrays.stream(resolver.all(bare(host)))
          .filter(AddressRule::isRefused)
          .findFirst()
          .map(found -> words(host, found.getHostAddress()));
    } catch (UnknownHostException e) {
      return Optional.of("%s is not known to the resolver".formatted(host));
    }
  }

  private static String words(String host, String address) {
    return "nothing is sent to %s%s: it is link-local, multicast or unspecified"
        .formatted(host, bare(host).equals(address) ? "" : " (" + address + ")");
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  static boolean isRefused(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress()
        || address instanceof Inet6Address six && isRefused(six.getAddress());
  }

  private static boolean isRefused(byte[] six) {
    return begins(six, METADATA)
        || (begins(six, NAT64) || begins(six, COMPATIBLE)) && isRefusedV4(six, 12)
        || begins(six, SIX_TO_FOUR) && isRefusedV4(six, 2);
  }

  /** An IPv4 address within one of IPv6. */
  private static boolean isRefusedV4(byte[] six, int from) {
    try {
      byte[] four = Arrays.copyOfRange(six, from, from + 4);
      InetAddress inner = InetAddress.getByAddress(four);
      // ::1 has the form of 0.0.0.1 in it, and is loopback.
      return inner.isLinkLocalAddress() || inner.isMulticastAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean begins(byte[] address, byte[] prefix) {
    return Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
  }
}
