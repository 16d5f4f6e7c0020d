package io.matriarch.alarm;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Posts JSON to receivers. Redirects are not followed: they could lead where nothing is sent. */
final class Webhooks implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration WHOLE = Duration.ofSeconds(10);
  private static final int SHOWN = 200;

  private final AddressRule rule;
  private final Duration whole;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          // A proxy would look the name up anew, and past the rule.
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(CONNECT)
          .build();

  Webhooks(AddressRule rule) {
    this(rule, WHOLE);
  }

  Webhooks(AddressRule rule, Duration whole) {
    this.rule = rule;
    this.whole = whole;
  }

  /** Why this address is not for webhooks, if so. */
  Optional<String> refusal(URI address) {
    return rule.refusal(address.getHost());
  }

  /**
   * Sends once. The name was looked up by the check a moment ago, and the connection takes what
   * Java then keeps for 30 s (networkaddress.cache.ttl), so that both see the same address.
   */
  Attempt post(URI address, long delivery, String signature, String body) {
    Optional<String> refusal = refusal(address);
    if (refusal.isPresent()) {
      return Attempt.failed(refusal.get());
    }
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(whole)
            .header("Content-Type", "application/json")
            .header("User-Agent", "Matriarch")
            .header("Matriarch-Delivery", Long.toString(delivery))
            .header("Matriarch-Signature", signature)
            .POST(BodyPublishers.ofString(body))
            .build();
    return answer(http.sendAsync(request, info -> new Beginning()));
  }

  private Attempt answer(CompletableFuture<HttpResponse<String>> answer) {
    try {
      return attempt(answer.get(whole.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Attempt.failed("no whole answer within %d s".formatted(whole.toSeconds()));
    } catch (ExecutionException e) {
      return Attempt.failed(words(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Attempt.failed("the console was stopped meanwhile");
    } finally {
      answer.cancel(true);
    }
  }

  private static Attempt attempt(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return Attempt.delivered("HTTP " + status);
    }
    String what =
        status / 100 == 3
            ? "a redirect, which is not followed"
            : OneLine.of(response.body(), SHOWN);
    return Attempt.failed("HTTP " + status + (what.isEmpty() ? "" : ": " + what));
  }

  private String words(@Nullable Throwable cause) {
    return switch (cause) {
      case HttpConnectTimeoutException e ->
          "no connection within %d s".formatted(CONNECT.toSeconds());
      case java.net.http.HttpTimeoutException e ->
          "no answer within %d s".formatted(whole.toSeconds());
      case ConnectException e -> "no connection: nothing listens there, or a firewall refuses it";
      case IOException e when e.getMessage() != null -> "no answer: " + e.getMessage();
      case null, default -> "no answer: " + cause;
    };
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
