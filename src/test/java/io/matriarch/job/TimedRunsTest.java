package io.matriarch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessResourceFailureException;

@Timeout(30)
class TimedRunsTest {

  private static TimedRuns over(Callable<Object> database) {
    Runs runs =
        (Runs)
            Proxy.newProxyInstance(
                Runs.class.getClassLoader(),
                new Class<?>[] {Runs.class},
                (proxy, method, arguments) -> database.call());
    return new TimedRuns(runs, Duration.ofMillis(200));
  }

  @Test
  void an_answer_and_a_refusal_come_through_as_they_are() {
    assertThat(over(() -> Optional.of("5")).findProof(1, "term")).hasValue("5");
    assertThatThrownBy(
            () ->
                over(() -> {
                      throw new OwnershipLost("not yours");
                    })
                    .findProof(1, "term"))
        .isInstanceOf(OwnershipLost.class);
  }

  @Test
  void a_database_that_swallows_everything_is_given_up() {
    CountDownLatch never = new CountDownLatch(1);
    TimedRuns swallowed =
        over(
            () -> {
              never.await();
              return Optional.empty();
            });

    assertThatThrownBy(() -> swallowed.findProof(1, "term"))
        .isInstanceOf(DataAccessResourceFailureException.class)
        .hasMessageContaining("no answer");
    never.countDown();
  }
}
