package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GateTest {

  private interface Waiting {
    void run() throws InterruptedException;
  }

  private static CompletableFuture<Void> begun(Waiting waiting) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            waiting.run();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void one_run_more_than_there_are_places_waits_until_one_leaves() throws Exception {
    Gate gate = new Gate(2);
    gate.enter();
    gate.enter();
    CompletableFuture<Void> third = begun(gate::enter);
    assertThat(third).isNotDone();

    gate.leave();

    await().until(third::isDone);
  }

  @Test
  void who_holds_nobody_gives_way_to_who_does_but_not_for_ever() throws Exception {
    Gate gate = new Gate(2);
    gate.giveWay();
    gate.enter();
    CompletableFuture<Void> other = begun(gate::giveWay);
    gate.leave();
    await().until(other::isDone);

    gate.enter();
    gate.giveWay();
    gate.leave();
  }
}
