package io.matriarch.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.security.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhooksTest {

  private TestReceiver receiver;
  private final Webhooks webhooks =
      new Webhooks(new AddressRule(InetAddress::getAllByName), Duration.ofSeconds(10));

  @BeforeEach
  void open() throws IOException {
    receiver = TestReceiver.start();
  }

  @AfterEach
  void close() {
    webhooks.close();
    receiver.close();
  }

  private Attempt post() {
    return webhooks.post(receiver.url(), 17, "t=1,v1=00", "{}");
  }

  @Test
  void what_is_taken_is_delivered_with_id_and_signature() {
    assertThat(post()).isEqualTo(new Attempt(true, "HTTP 204"));

    assertThat(receiver.got())
        .containsExactly(new TestReceiver.Got("/hook", "17", "t=1,v1=00", "{}"));
  }

  @Test
  void the_signature_is_that_of_the_manual() {
    // printf '1700000000.{"id":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    assertThat(
            Signature.header(
                Secret.of("0123456789abcdef0123456789abcdef"),
                Instant.ofEpochSecond(1_700_000_000),
                "{\"id\":1}"))
        .isEqualTo(
            "t=1700000000,v1=d6989efa5d36e098e7cd61bcf899746c0d8e82e6a6092b9b76579c2efd9729bf");
  }

  @Test
  void an_error_is_told_by_its_first_words_on_one_line() {
    receiver.answers(500, "no\r\nroom\u001b[31m " + "x".repeat(100_000));

    Attempt attempt = post();

    assertThat(attempt.delivered()).isFalse();
    assertThat(attempt.answer()).startsWith("HTTP 500: no room [31m xxx").hasSizeLessThan(230);
  }

  @Test
  void a_redirect_is_not_followed() throws IOException {
    try (TestReceiver other = TestReceiver.start()) {
      receiver.redirects(other.url());

      assertThat(post())
          .isEqualTo(new Attempt(false, "HTTP 302: a redirect, which is not followed"));
      assertThat(other.got()).isEmpty();
    }
  }

  @Test
  void who_hangs_is_given_up_in_time() {
    receiver.hangs();
    try (Webhooks impatient =
        new Webhooks(new AddressRule(InetAddress::getAllByName), Duration.ofSeconds(1))) {
      Attempt attempt = impatient.post(receiver.url(), 17, "t=1,v1=00", "{}");

      assertThat(attempt.delivered()).isFalse();
      assertThat(attempt.answer()).contains("within 1 s");
      assertThat(receiver.got()).hasSize(1);
    }
  }

  @Test
  void nobody_there_is_said_plainly() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    assertThat(webhooks.post(URI.create("http://127.0.0.1:" + port + "/"), 1, "t=1,v1=00", "{}"))
        .isEqualTo(
            new Attempt(false, "no connection: nothing listens there, or a firewall refuses it"));
  }

  @Test
  void a_name_that_leads_elsewhere_by_now_is_not_connected_to() {
    Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "169.254.169.254"));
    try (Webhooks rebound =
        new Webhooks(
            new AddressRule(host -> new InetAddress[] {InetAddress.getByName(answers.remove())}),
            Duration.ofSeconds(10))) {
      assertThat(rebound.refusal(receiver.url())).isEmpty();

      Attempt attempt = rebound.post(receiver.url(), 1, "t=1,v1=00", "{}");

      assertThat(attempt.answer()).startsWith("nothing is sent to 127.0.0.1 (169.254.169.254)");
      assertThat(receiver.got()).isEmpty();
    }
  }
}
