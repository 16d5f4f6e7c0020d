package io.matriarch.alarm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A real HTTP server on loopback that keeps what it is sent, and answers as it is told. */
public final class TestReceiver implements AutoCloseable {

  /** What it got. */
  public record Got(String path, String delivery, String signature, String body) {}

  private record Answer(int status, @Nullable String location, String body) {}

  private final HttpServer server;
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean hangs;

  private TestReceiver(HttpServer server) {
    this.server = server;
  }

  public static TestReceiver start() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    TestReceiver receiver = new TestReceiver(server);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", receiver::take);
    server.start();
    return receiver;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  public List<Got> got() {
    return got;
  }

  /** The next request is answered so; those after the last of them with 204. */
  TestReceiver answers(int status, String body) {
    answers.add(new Answer(status, null, body));
    return this;
  }

  TestReceiver redirects(URI to) {
    answers.add(new Answer(302, to.toString(), ""));
    return this;
  }

  /** Takes requests and answers none. */
  TestReceiver hangs() {
    hangs = true;
    return this;
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    got.add(
        new Got(
            exchange.getRequestURI().getPath(),
            String.valueOf(exchange.getRequestHeaders().getFirst("Matriarch-Delivery")),
            String.valueOf(exchange.getRequestHeaders().getFirst("Matriarch-Signature")),
            body));
    if (hangs) {
      await();
      return;
    }
    Answer next = answers.poll();
    Answer answer = next == null ? new Answer(204, null, "") : next;
    if (answer.location() != null) {
      exchange.getResponseHeaders().set("Location", answer.location());
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void await() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
