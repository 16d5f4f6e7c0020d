package io.matriarch.walk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** The way of one console to its database: cut, nothing passes and nobody is told. */
final class DatabaseLine implements AutoCloseable {

  private final ServerSocket listener;
  private final int port;
  private boolean cut;
  private boolean closed;

  /**
   * @param port of the database on this machine
   */
  DatabaseLine(int port) throws IOException {
    this.port = port;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  /** Leads a console's arguments along this line. */
  List<String> along(List<String> arguments) {
    return arguments.stream()
        .map(a -> a.replace(":%d/".formatted(port), ":%d/".formatted(listener.getLocalPort())))
        .toList();
  }

  synchronized void cut() {
    cut = true;
  }

  synchronized void mend() {
    cut = false;
    notifyAll();
  }

  private void serve() {
    try {
      while (true) {
        Socket caller = listener.accept();
        Thread.ofVirtual().start(() -> connect(caller));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void connect(Socket caller) {
    try {
      pass();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
      Thread.ofVirtual().start(() -> copy(caller, server));
      copy(server, caller);
    } catch (IOException | InterruptedException e) {
      // The console finds its connection closed.
    }
  }

  private void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] some = new byte[8192];
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        pass();
        out.write(some, 0, read);
      }
    } catch (IOException | InterruptedException e) {
      // One of them hung up.
    }
  }

  private synchronized void pass() throws InterruptedException {
    while (cut && !closed) {
      wait();
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    listener.close();
  }
}
