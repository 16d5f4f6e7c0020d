package io.matriarch.watch;

import io.matriarch.postgres.Ping;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Asks many ports at a time whether PostgreSQL answers. On threads of the platform: the lookup of a
 * name holds its thread, and names that nobody resolves would hold all of the console's virtual
 * ones.
 */
@Component
class Pings {

  /** A late answer is only a reason to look closer. */
  private static final Duration LIMIT = Duration.ofMillis(700);

  private static final int AT_ONCE = 128;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("ping-", 0).factory());

  Pings() {
    threads.allowCoreThreadTimeOut(true);
  }

  static Ping one(String address, int port) {
    return Ping.of(address, port, LIMIT);
  }

  /** Makes all calls, some at a time, and waits for them. */
  void all(List<? extends Callable<Boolean>> calls) throws InterruptedException {
    threads.invokeAll(calls);
  }

  @PreDestroy
  void close() {
    threads.shutdownNow();
  }
}
