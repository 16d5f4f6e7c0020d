package io.matriarch.discovery;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps which members are fenced, since when and how. */
@Component
class Fences {

  private static final int LONGEST = 1000;

  private final JdbcClient jdbc;
  private final Ledger ledger;

  Fences(JdbcClient jdbc, Ledger ledger) {
    this.jdbc = jdbc;
    this.ledger = ledger;
  }

  void put(long instance, String how) {
    jdbc.sql(
            """
            insert into instance_fence (instance_id, how) values (:instance, :how)
            on conflict (instance_id) do update set how = excluded.how
            """)
        .param("instance", instance)
        .param("how", Readings.clean(how, LONGEST))
        .update();
    ledger.announce(List.of(), herds(instance));
  }

  void remove(long instance) {
    int removed =
        jdbc.sql("delete from instance_fence where instance_id = :instance")
            .param("instance", instance)
            .update();
    if (removed > 0) {
      ledger.announce(List.of(), herds(instance));
    }
  }

  private List<Long> herds(long instance) {
    return jdbc.sql("select herd_id from instance where instance_id = :instance")
        .param("instance", instance)
        .query(Long.class)
        .list();
  }
}
