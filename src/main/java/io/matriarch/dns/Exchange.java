package io.matriarch.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.xbill.DNS.Message;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;

/** One question and one answer, within a time limit. */
final class Exchange {

  private Exchange() {}

  /** By UDP, then by TCP when no datagram comes back or the answer does not fit into one. */
  static Message query(NameServer server, Message query, Duration limit)
      throws IOException, InterruptedException {
    SimpleResolver resolver = new SimpleResolver(address(server));
    resolver.setTimeout(limit);
    try {
      return send(resolver, query);
    } catch (IOException lost) {
      resolver.setTCP(true);
      return send(resolver, query);
    }
  }

  /** By TCP alone: of a datagram without an answer nobody knows whether it arrived. */
  static Message update(NameServer server, Message update, TSIG signer, Duration limit)
      throws IOException, InterruptedException {
    SimpleResolver resolver = new SimpleResolver(address(server));
    resolver.setTimeout(limit);
    resolver.setTCP(true);
    resolver.setTSIGKey(signer);
    return send(resolver, update);
  }

  /** Proves that the server takes connections, so that a failure before that has sent nothing. */
  static void requireListener(NameServer server, Duration limit) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address(server), Math.toIntExact(limit.toMillis()));
    }
  }

  private static InetSocketAddress address(NameServer server) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(server.address()), server.port());
  }

  private static Message send(SimpleResolver resolver, Message query)
      throws IOException, InterruptedException {
    try {
      return resolver.send(query);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for a DNS server");
      }
      throw e;
    }
  }
}
