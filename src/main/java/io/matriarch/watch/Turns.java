package io.matriarch.watch;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Of several consoles one does a periodic task; no lock is held while it does. */
@Component
class Turns {

  private final JdbcClient jdbc;

  Turns(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether the task is due and ours; if so, nobody else has it until the interval is over. */
  boolean take(String task, Duration interval) {
    return jdbc.sql(
                """
                update watch_turn set at = now()
                 where name = :name and at <= now() - make_interval(secs => :seconds)
                """)
            .param("name", task)
            .param("seconds", interval.toMillis() / 1000.0)
            .update()
        == 1;
  }
}
