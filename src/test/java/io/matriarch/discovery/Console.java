package io.matriarch.discovery;

import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.testing.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Discovery on a database of its own, and what tests ask of it. */
final class Console implements AutoCloseable {

  final TestDatabase database = TestDatabase.fresh();
  final JdbcClient jdbc = database.jdbc();
  final Ledger ledger = new Ledger(jdbc, database.transactions());
  final Inbox inbox = new Inbox(jdbc, database.transactions(), ledger);

  long environment(String name) {
    return jdbc.sql("insert into environment (name) values (:name) returning environment_id")
        .param("name", name)
        .query(Long.class)
        .single();
  }

  long server(String name, String address, @Nullable Long environment) {
    return jdbc.sql(
            """
            insert into server (name, address, environment_id, agent_token_hash)
            values (:name, :address, :environment, encode(sha256(cast('token of ' || :name as bytea)), 'hex'))
            returning server_id
            """)
        .param("name", name)
        .param("address", address)
        .param("environment", environment)
        .query(Long.class)
        .single();
  }

  long server(String name) {
    return server(name, name + ".example.com", null);
  }

  /** What plans are made of, by what has been applied. */
  Fleet fleet() {
    try (var context = new AnnotationConfigApplicationContext()) {
      context.registerBean(JdbcClient.class, () -> jdbc);
      context.registerBean(Clock.class, Clock::systemUTC);
      context.register(Fleets.class);
      context.refresh();
      return context
          .getBean(Fleets.class)
          .load(
              List.of(), jdbc.sql("select herd_id from herd").query(Long.class).list(), List.of());
    }
  }

  /** Sends as the agent of that server would over HTTPS, and applies what waits. */
  void report(Documents document) {
    JsonNode answer = send(document);
    if (!answer.path("accepted").asBoolean(false)) {
      throw new AssertionError("refused: " + answer);
    }
    inbox.drain();
  }

  JsonNode send(Documents document) {
    String server = document.node().path("server").asString("");
    document.token("token of " + server);
    return Reporting.JSON.readTree(
        jdbc.sql("select report_from(cast(:document as jsonb), null, '192.0.2.1')")
            .param("document", document.json())
            .query(String.class)
            .single());
  }

  /** The row of view v_instance for a server's port or directory. */
  Map<String, Object> instance(String server, int port) {
    return jdbc.sql(
            """
            select v.*, i.configured_port, i.upstream_id is not null as resolved, h.named_from
              from v_instance v join instance i using (instance_id) join herd h on h.herd_id = v.herd_id
             where v.server = :server and v.data_directory = '/srv/pg/' || :port
            """)
        .param("server", server)
        .param("port", port)
        .query()
        .singleRow();
  }

  Map<String, Object> serverReport(String server) {
    return jdbc.sql("select r.* from server_report r join server using (server_id) where name = :n")
        .param("n", server)
        .query()
        .singleRow();
  }

  @Override
  public void close() throws Exception {
    database.close();
  }
}
