package io.matriarch.alarm;

import io.matriarch.database.Changes;
import io.matriarch.security.SealBroken;
import io.matriarch.security.Sealed;
import io.matriarch.security.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Sends what the outbox holds: at once when it is told of something, and anyway every few seconds.
 * Receivers do not wait for each other.
 */
@Component
class Courier implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Courier.class);
  private static final int AT_ONCE = 16;

  private final Outbox outbox;
  private final Messages messages;
  private final Webhooks webhooks;
  private final Mails mails;
  private final WebhookSecrets secrets;
  private final Clock clock;
  private final Changes.Registration news;
  private final Semaphore free = new Semaphore(AT_ONCE);
  private volatile boolean closed;

  Courier(
      Outbox outbox,
      Messages messages,
      Webhooks webhooks,
      Mails mails,
      WebhookSecrets secrets,
      Changes changes,
      Clock clock) {
    this.outbox = outbox;
    this.messages = messages;
    this.webhooks = webhooks;
    this.mails = mails;
    this.secrets = secrets;
    this.clock = clock;
    this.news = changes.listen("alarm", payload -> wake());
  }

  /** What failed is due by the clock, and a notification may be lost. */
  @Scheduled(fixedDelay = 3_000)
  void wake() {
    if (!closed && free.tryAcquire()) {
      Thread.ofVirtual().name("alarm").start(this::work);
    }
  }

  private void work() {
    try {
      Optional<Claim> claim = outbox.claim();
      while (claim.isPresent()) {
        wake();
        deliver(claim.get());
        claim = closed ? Optional.empty() : outbox.claim();
      }
    } catch (RuntimeException e) {
      log.warn("Alarms could not be sent and are tried again: {}", e.toString());
    } finally {
      free.release();
    }
  }

  /** Sends once and keeps what came of it. */
  Attempt deliver(Claim claim) {
    Attempt attempt = send(claim);
    outbox.keep(claim, attempt);
    if (!attempt.delivered()) {
      log.warn(
          "Delivery {} to receiver {} failed: {}",
          claim.delivery(),
          claim.name(),
          attempt.answer());
    }
    return attempt;
  }

  private Attempt send(Claim claim) {
    return switch (claim.kind()) {
      case WEBHOOK -> post(claim);
      case E_MAIL ->
          mails.send(
              claim.address(), claim.delivery(), messages.subject(claim), messages.text(claim));
    };
  }

  private Attempt post(Claim claim) {
    Sealed sealed = claim.secret();
    if (sealed == null) {
      return Attempt.failed("not sent: it has no secret to sign with; make a new one");
    }
    try {
      Secret secret = secrets.open(claim.receiver(), sealed);
      Instant now = clock.instant();
      String body = messages.json(claim, now);
      return webhooks.post(
          URI.create(claim.address()), claim.delivery(), Signature.header(secret, now, body), body);
    } catch (SealBroken e) {
      return Attempt.failed("not sent: " + e.getMessage());
    }
  }

  @Override
  public void destroy() {
    closed = true;
    news.close();
  }
}
