package io.matriarch.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Hangs up on the first callers, as an sshd beyond its MaxStartups does, and serves the others. */
final class MoodyProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final TestSshd behind;
  private int refusals;

  private MoodyProxy(ServerSocket listener, TestSshd behind, int refusals) {
    this.listener = listener;
    this.behind = behind;
    this.refusals = refusals;
  }

  static MoodyProxy start(String address, TestSshd behind, int refusals) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName(address));
    MoodyProxy proxy = new MoodyProxy(listener, behind, refusals);
    Thread.ofVirtual().start(proxy::serve);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void serve() {
    try {
      while (true) {
        Socket caller = listener.accept();
        if (refusals-- > 0) {
          caller.close();
        } else {
          Socket server = new Socket(behind.address(), behind.port());
          Thread.ofVirtual().start(() -> copy(caller, server));
          Thread.ofVirtual().start(() -> copy(server, caller));
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // One of them hung up.
    }
  }
}
