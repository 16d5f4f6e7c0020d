package io.matriarch.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Lets the hosts of a lab, which have no loopback in common with this machine, reach the metadata
 * database, which listens on nothing else. It ends with the console.
 */
final class DemoRelay {

  private final ServerSocket door;
  private final InetSocketAddress target;

  private DemoRelay(ServerSocket door, InetSocketAddress target) {
    this.door = door;
    this.target = target;
  }

  /** Listens on a free port of this address; gives where. */
  static InetSocketAddress open(String address, InetSocketAddress target) throws IOException {
    ServerSocket door = new ServerSocket(0, 50, InetAddress.getByName(address));
    Thread.ofVirtual().name("demo-relay").start(new DemoRelay(door, target)::serve);
    return InetSocketAddress.createUnresolved(address, door.getLocalPort());
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        Thread.ofVirtual().start(() -> join(caller));
      } catch (IOException lost) {
        // One caller less; the agent tries again by itself.
        Thread.yield();
      }
    }
  }

  private void join(Socket caller) {
    try (caller;
        Socket database = new Socket(target.getHostString(), target.getPort())) {
      Thread back = Thread.ofVirtual().start(() -> copy(database, caller));
      copy(caller, database);
      back.join();
    } catch (IOException gone) {
      // Both are closed, which says it to the caller.
      return;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException gone) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException closed) {
      return;
    }
  }
}
