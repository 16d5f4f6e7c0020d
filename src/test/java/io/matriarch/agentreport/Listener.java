package io.matriarch.agentreport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port that takes connections and never says a word, as a hung console does. */
final class Listener implements AutoCloseable {

  private final ServerSocket socket;

  Listener() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getByName("127.31.0.9"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return socket.getInetAddress().getHostAddress();
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
