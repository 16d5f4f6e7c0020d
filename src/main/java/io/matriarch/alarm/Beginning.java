package io.matriarch.alarm;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Reads the beginning of an answer and leaves the rest: nobody can fill our memory with it. */
final class Beginning implements BodySubscriber<String> {

  private static final int MOST = 4096;

  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final CompletableFuture<String> text = new CompletableFuture<>();
  private @Nullable Subscription subscription;

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    for (ByteBuffer part : parts) {
      byte[] bytes = new byte[Math.min(part.remaining(), MOST - read.size())];
      part.get(bytes);
      read.writeBytes(bytes);
    }
    if (subscription != null && read.size() < MOST) {
      subscription.request(1);
    } else if (subscription != null) {
      subscription.cancel();
      onComplete();
    }
  }

  /** The status had arrived, and says all that counts. */
  @Override
  public void onError(Throwable broken) {
    onComplete();
  }

  @Override
  public void onComplete() {
    text.complete(read.toString(StandardCharsets.UTF_8));
  }

  @Override
  public CompletionStage<String> getBody() {
    return text;
  }
}
