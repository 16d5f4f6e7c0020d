package io.matriarch.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Keeps the socket in hand, so that it can be closed in whatever state the library is. */
final class KeptSocket extends SocketFactory {

  private final Socket kept = new Socket();

  Socket socket() {
    return kept;
  }

  void close() {
    try {
      kept.close();
    } catch (IOException e) {
      // It was being closed; nobody can do more.
    }
  }

  /** Without Nagle's delay, since we send small packets and wait for answers. */
  @Override
  public Socket createSocket() throws IOException {
    Socket socket = kept;
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }
}
