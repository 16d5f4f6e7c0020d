package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.matriarch.testing.TestAuthority;
import io.matriarch.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script against TLS as it is, with the real function behind it. */
class HttpsDoorTest {

  private static final String ADDRESS = "127.31.0.8";
  private static final String TOKEN = "t0ken_of-db1";

  private final TestDatabase database = TestDatabase.fresh();
  private final Machine machine = new Machine();
  private final Agent agent = Agent.on(machine);
  private final TestAuthority authority = new TestAuthority();
  private final HttpsServer console = console();
  private final String url = "url=https://" + ADDRESS + ":" + console.getAddress().getPort();
  private final String ca = "ca=" + authority.file(machine.path());

  private HttpsServer console() {
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getByName(ADDRESS), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(authority.issue(ADDRESS).context()));
      server.createContext("/api/report", this::answer);
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String token =
        Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
    String document = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String verdict =
        database
            .jdbc()
            .sql(
                "select matriarch.report_from(?::jsonb || jsonb_build_object('token', ?::text),"
                    + " null, ?)::text")
            .params(document, token.replaceFirst("^Bearer ", ""), ADDRESS)
            .query(String.class)
            .single();
    boolean accepted = verdict.contains("\"accepted\": true");
    byte[] body =
        (accepted
                ? verdict
                : "{\"title\":\"Refused\",\"status\":403,\"detail\":\"The report was not taken: "
                    + verdict.replace("\"", "'")
                    + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(accepted ? 200 : 403, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @BeforeEach
  void a_server_with_a_token() {
    database
        .jdbc()
        .sql(
            "insert into server (name, kind, address, agent_token_hash)"
                + " values ('db1', 'SSH', 'db1', encode(sha256(convert_to(?, 'UTF8')), 'hex'))")
        .param(TOKEN)
        .update();
  }

  @AfterEach
  void close() throws Exception {
    console.stop(0);
    machine.close();
    database.close();
  }

  @Test
  void a_report_with_the_servers_token_is_taken() {
    Path token = machine.write("token", TOKEN);

    agent.run(agent.settings(url, ca, "token_file=" + token)).ok();

    assertThat(
            database
                .jdbc()
                .sql("select document ->> 'server' from agent_report where sender = 'https'")
                .query(String.class)
                .single())
        .isEqualTo("db1");
  }

  @Test
  void a_wrong_token_is_refused_with_the_reason() {
    Path token = machine.write("token", "another");

    Outcome outcome = agent.run(agent.settings(url, ca, "token_file=" + token));

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.errors())
        .contains("HTTP 403: The report was not taken")
        .contains("the token is not the one")
        .doesNotContain("another");
  }

  @Test
  void a_console_whose_certificate_nobody_vouches_for_gets_nothing() {
    Path token = machine.write("token", TOKEN);

    Outcome outcome = agent.run(agent.settings(url, "token_file=" + token));

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.errors()).contains("certificate");
    assertThat(database.jdbc().sql("select count(*) from agent_report").query(Long.class).single())
        .isZero();
  }
}
