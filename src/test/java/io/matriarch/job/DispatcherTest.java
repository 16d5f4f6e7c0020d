package io.matriarch.job;

import static io.matriarch.job.EngineFixture.ms;
import static io.matriarch.job.EngineFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The threads of a console that claim runs and keep them. */
class DispatcherTest {

  private static final EngineLimits LIMITS =
      new EngineLimits(200, 4, 0, ms(50), ms(1_000), ms(3_600_000), ms(900_000), ms(60_000));

  private final EngineFixture engine = new EngineFixture();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  @Test
  void a_console_that_lost_a_run_while_it_wrote_its_log_keeps_the_others() {
    JdbcRuns database = engine.runs("a", LIMITS);
    AtomicBoolean lost = new AtomicBoolean();
    Runs runs =
        (Runs)
            Proxy.newProxyInstance(
                Runs.class.getClassLoader(),
                new Class<?>[] {Runs.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("append") && lost.compareAndSet(false, true)) {
                    throw new OwnershipLost("another console has it");
                  }
                  try {
                    return method.invoke(database, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getTargetException();
                  }
                });
    engine.beforeSaying =
        word -> {
          if (word.equals("two") && !lost.get()) {
            Awaitility.await().untilTrue(lost);
          } else if (word.equals("two")) {
            awaitHeartbeats();
          }
        };
    try (Dispatcher dispatcher =
        new Dispatcher(
            runs,
            engine.localLog,
            engine.executor(runs),
            LIMITS,
            Clock.systemUTC(),
            System::nanoTime)) {
      dispatcher.start((channel, listener) -> () -> {});
      long first = engine.submit(say(Target.herd(engine.herd("orders"))));
      Awaitility.await().untilTrue(lost);
      long second = engine.submit(say(Target.herd(engine.herd("billing"))));

      Awaitility.await().until(() -> engine.state(second) == RunState.SUCCEEDED);
      assertThat(engine.run(second).attempt()).isOne();
      assertThat(engine.state(first)).as("left to whoever has it").isEqualTo(RunState.RUNNING);
    }
  }

  /** For longer than a lease holds. */
  private void awaitHeartbeats() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                engine
                    .jdbc
                    .sql(
                        "select bool_or(heartbeat > started_at + interval '2 seconds') from run where started_at is not null")
                    .query(Boolean.class)
                    .single());
  }
}
