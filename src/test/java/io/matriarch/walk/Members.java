package io.matriarch.walk;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.job.RunRow;
import io.matriarch.job.Target;
import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The members of a herd of the lab, as they are on their hosts. */
record Members(Lab lab, LabConsole console, LabHerd herd) {

  /** Where the owner's marks of rewinds and base backups lie. */
  static final String MARKS = "/var/lib/postgresql/.local/state/matriarch";

  /** What a member answers; empty if it does not. */
  String ask(String member, String sql) {
    String port = Integer.toString(herd.port());
    return lab.execAs("postgres", member, Duration.ofSeconds(20), sql, "psql", "-XqAt", "-p", port)
        .output()
        .strip();
  }

  boolean writes(String member) {
    return ask(member, "select pg_is_in_recovery()").equals("f");
  }

  /** The one that accepts writes. */
  String primary() {
    return herd.members().stream().filter(this::writes).findAny().orElseThrow();
  }

  void awaitStreaming(int standbys) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                herd.members().stream()
                        .filter(
                            m ->
                                ask(m, "select status from pg_stat_wal_receiver")
                                    .equals("streaming"))
                        .count()
                    == standbys);
  }

  /** Lets all agents report, until the inventory has a member in that state. */
  void awaitKnown(String member, String state) throws IOException {
    for (String host : herd.members()) {
      console.report(host);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                console
                    .jdbc
                    .sql("select state from instance where instance_id = :id")
                    .param("id", console.instance(member, herd))
                    .query(String.class)
                    .single()
                    .equals(state));
  }

  void ctl(String host, String... arguments) {
    List<String> command = new ArrayList<>(List.of("pg_ctlcluster", herd.version(), "orders"));
    command.addAll(List.of(arguments));
    lab.exec(host, command.toArray(String[]::new));
  }

  /** Runs a script on a host as the owner of the clusters; it must succeed. */
  String script(String host, String text) {
    var result = lab.execAs("postgres", host, Duration.ofMinutes(1), "", "sh", "-ec", text);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output().strip();
  }

  boolean file(String host, String name) {
    return lab.exec(host, "test", "-e", herd.dataDirectory() + "/" + name).exitCode() == 0;
  }

  String startConf(String host) {
    return lab.exec(host, "cat", "/etc/postgresql/%s/orders/start.conf".formatted(herd.version()))
        .output()
        .strip();
  }

  void proveFollows(String host, String primary, String story) {
    assertThat(ask(host, "select status from pg_stat_wal_receiver"))
        .as(story)
        .isEqualTo("streaming");
    assertThat(ask(host, "select sender_host from pg_stat_wal_receiver"))
        .as(story)
        .isEqualTo(lab.host(primary).address());
    assertThat(file(host, "standby.signal")).isTrue();
    assertThat(startConf(host)).endsWith("auto");
    assertThat(lab.exec(host, "sh", "-c", "ls -A " + MARKS).output()).doesNotContain("rebuild");
    assertThat(lab.exec(host, "sh", "-c", "ls %s".formatted(herd.dataDirectory())).output())
        .doesNotContain("matriarch.");
  }

  RunRow run(String action, String host, Map<String, String> options) {
    return console.awaitEnd(submit(action, host, options));
  }

  long submit(String action, String host, Map<String, String> options) {
    return console.submit(action, Target.instance(console.instance(host, herd)), options);
  }

  /** How a run ended, with all it did. */
  String story(RunRow run) {
    return run.message() + "\n" + console.log(run.jobId());
  }
}
