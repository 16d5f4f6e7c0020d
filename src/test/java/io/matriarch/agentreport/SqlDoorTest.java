package io.matriarch.agentreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.database.DatabaseLogin;
import io.matriarch.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The script against the real function, through a login that may call it and nothing else. */
class SqlDoorTest {

  private static final String PASSWORD = "pg-pass-0815";

  private final TestDatabase database = TestDatabase.fresh();
  private final Machine machine = new Machine();
  private final Agent agent = Agent.on(machine);
  private final String login = database.name().replace("t_", "agent_");
  private String door = "";

  @BeforeEach
  void a_server_and_the_login_of_its_agent() throws Exception {
    DatabaseLogin superuser = database.superuserLogin();
    JdbcClient admin =
        JdbcClient.create(
            new DriverManagerDataSource(superuser.url(), superuser.user(), superuser.password()));
    admin
        .sql(
            "create role %s login password '%s' in role matriarch_agent".formatted(login, PASSWORD))
        .update();
    machine.onClose(() -> admin.sql("drop role " + login).update());
    addServer("db1");
    URI url = URI.create(superuser.url().substring("jdbc:".length()));
    Path passfile = machine.write("pgpass", "*:*:*:%s:%s\n".formatted(login, PASSWORD));
    Files.setPosixFilePermissions(passfile, PosixFilePermissions.fromString("rw-------"));
    door =
        "conninfo=host=%s port=%d dbname=%s user=%s\npassfile=%s"
            .formatted(url.getHost(), url.getPort(), database.name(), login, passfile);
  }

  @AfterEach
  void close() throws Exception {
    machine.close();
    database.close();
  }

  private void addServer(String name) {
    database
        .jdbc()
        .sql("insert into server (name, kind, address) values (?, 'SSH', ?)")
        .params(name, name)
        .update();
  }

  @Test
  void what_is_printed_is_what_arrives() {
    Cluster cluster =
        Cluster.create(
                machine,
                17,
                "nasty",
                "cluster_name = '$matriarch$ \\\\! id $$ '' \" </script> :user :''x'''")
            .start();
    String settings = "discover=paths\npaths=" + cluster.data();
    JsonNode printed = Agent.instance(agent.report(settings), cluster);

    agent.run(agent.settings(settings, door)).ok();

    JsonNode kept =
        new JsonMapper()
            .readTree(
                database
                    .jdbc()
                    .sql("select document::text from agent_report")
                    .query(String.class)
                    .single());
    JsonNode arrived = Agent.instance(kept, cluster);
    assertThat(arrived.get("clusterName").asString())
        .isEqualTo("$matriarch$ \\! id $$ ' \" </script> :user :'x'");
    for (String field : new String[] {"clusterName", "settings", "systemIdentifier", "version"}) {
      assertThat(arrived.get(field)).isEqualTo(printed.get(field));
    }
  }

  @Test
  void a_host_without_clusters_reports_itself() {
    agent.run(agent.settings(door)).ok();

    assertThat(
            database
                .jdbc()
                .sql("select document ->> 'server' from agent_report where not with_token")
                .query(String.class)
                .single())
        .isEqualTo("db1");
  }

  @Test
  void a_report_for_another_server_is_refused_aloud() {
    addServer("db2");
    agent.run(agent.settings(door)).ok();

    Outcome outcome = agent.run(agent.settings(door, "server=db2"));

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.errors())
        .contains("Matriarch refused the report of db2: ")
        .contains("reports for another server");
  }

  @Test
  void a_login_for_several_servers_sends_the_token_of_each() {
    addServer("db2");
    String token = "tok_en-4711";
    database
        .jdbc()
        .sql(
            "update server set agent_token_hash = encode(sha256(convert_to(?, 'UTF8')), 'hex')"
                + " where name = 'db2'")
        .param(token)
        .update();
    Path file = machine.write("token", token + "\n");
    agent.run(agent.settings(door)).ok();

    agent.run(agent.settings(door, "server=db2", "token_file=" + file)).ok();

    assertThat(
            database
                .jdbc()
                .sql("select document::text from agent_report where with_token")
                .query(String.class)
                .single())
        .contains("db2")
        .doesNotContain(token);
  }

  @Test
  void the_function_takes_every_sample() throws Exception {
    try (Stream<Path> samples = Files.list(Agent.SCRIPT.resolveSibling("samples"))) {
      for (Path sample : samples.toList()) {
        String document = Files.readString(sample);
        String server = new JsonMapper().readTree(document).get("server").asString();
        database
            .jdbc()
            .sql(
                "insert into server (name, kind, address) values (?, 'SSH', ?) on conflict do nothing")
            .params(server, server)
            .update();
        assertThat(
                database
                    .jdbc()
                    .sql("select matriarch.report_from(?::jsonb, ?, null)::text")
                    .params(document, server)
                    .query(String.class)
                    .single())
            .as(sample.toString())
            .contains("\"accepted\": true");
      }
    }
  }

  @Test
  void a_database_that_does_not_answer_is_named() {
    Outcome outcome =
        agent.run(agent.settings("conninfo=host=" + machine.sockets() + " dbname=matriarch"));

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.errors()).contains("did not reach Matriarch").contains("No such file");
  }
}
