package io.matriarch.bench;

import io.matriarch.lab.Lab;
import io.matriarch.lab.LabHerd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A standby whose data directory was emptied, until it streams again: by Matriarch, and by {@code
 * pg_basebackup} in a script, taking turns.
 */
final class RebuildBench {

  private static final int PORT = 18_096;
  private static final int PGBENCH_SCALE = 232;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String MEMBER = "db2";

  private final Path directory;
  private final int rounds;

  RebuildBench(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  /** One way of rebuilding, and what it took. */
  private static final class Way {
    private final Series times = new Series();
    private final Series megabytes = new Series();
  }

  String measure() throws Exception {
    Path data = directory.resolve("console-rebuild");
    try (Lab lab = Lab.up("db1", MEMBER);
        LabBenchConsole console = new LabBenchConsole(lab, data, PORT)) {
      LabHerd orders = lab.herd("orders", "db1", MEMBER);
      console.fleet().discover(orders);
      fill(lab, orders);
      String size =
          lab.sql(
              "db1", orders, "select pg_size_pretty(sum(pg_database_size(oid))) from pg_database");
      Way ours = new Way();
      Way plain = new Way();
      Way zstd = new Way();
      for (int i = 0; i < rounds; i++) {
        round(lab, orders, ours, () -> rebuild(console));
        round(lab, orders, plain, () -> script(lab, orders, ""));
        round(lab, orders, zstd, () -> script(lab, orders, "--compress=server-zstd:1"));
        System.out.printf("%d of %d rounds%n", i + 1, rounds);
      }
      return table(size, ours, plain, zstd);
    }
  }

  private static void fill(Lab lab, LabHerd orders) throws IOException {
    as(
        lab,
        "db1",
        "pgbench -i -q -I dtg -s %d -p %d %s"
            .formatted(PGBENCH_SCALE, orders.port(), orders.database()));
    lab.sql("db1", orders, "checkpoint");
    awaitStreaming(lab, orders);
  }

  private static void round(Lab lab, LabHerd orders, Way way, Series.Work work) throws Exception {
    as(
        lab,
        MEMBER,
        "pg_ctlcluster %s orders stop -m fast; rm -rf %s/*; sync"
            .formatted(orders.version(), orders.dataDirectory()));
    lab.sql("db1", orders, "checkpoint");
    double before = received(lab);
    way.times.add(
        Series.timed(
            () -> {
              work.run();
              awaitStreaming(lab, orders);
            }));
    way.megabytes.add((received(lab) - before) / 1e6);
  }

  private void rebuild(LabBenchConsole console) throws IOException, InterruptedException {
    long id =
        console
            .jdbc()
            .sql(
                "select instance_id from instance join server using (server_id) where server.name = :name")
            .param("name", MEMBER)
            .query(Long.class)
            .single();
    long job =
        console.run("instance.rebuild", Map.of("instance", id), Map.of("method", "base-backup"));
    Files.write(directory.resolve("job-%d.log".formatted(job)), console.log(job));
  }

  private static void script(Lab lab, LabHerd orders, String more) throws IOException {
    as(
        lab,
        MEMBER,
        "pg_basebackup -D %s -R -X stream -c fast -S %s %s -d 'host=%s port=%d user=replicator application_name=%s' && pg_ctlcluster %s orders start"
            .formatted(
                orders.dataDirectory(),
                MEMBER,
                more,
                lab.host("db1").address(),
                orders.port(),
                MEMBER,
                orders.version()));
  }

  private static void as(Lab lab, String host, String script) throws IOException {
    var result = lab.execAs("postgres", host, LIMIT, "", "sh", "-c", script);
    if (result.exitCode() != 0) {
      throw new IOException("%s on %s: %s".formatted(script, host, result.output()));
    }
  }

  private static double received(Lab lab) {
    return Double.parseDouble(
        lab.exec(
                MEMBER,
                "sh",
                "-c",
                "awk '/:/ && $1 != \"lo:\" { sum += $2 } END { printf \"%.0f\", sum }' /proc/net/dev")
            .output()
            .strip());
  }

  private static void awaitStreaming(Lab lab, LabHerd orders) throws IOException {
    as(
        lab,
        "db1",
        "i=0; until psql -XqAt -p %d -c \"select 'yes' from pg_stat_replication where state = 'streaming' and replay_lsn >= pg_current_wal_lsn()\" | grep -q yes; do i=$((i + 1)); [ $i -lt 6000 ] || exit 1; sleep 0.02; done"
            .formatted(orders.port()));
  }

  private static String table(String size, Way ours, Way plain, Way zstd) {
    return """
        ## A standby of %s rebuilt from an empty directory, until it streams, seconds

        | What | median | min | max | MB received |
        | --- | --- | --- | --- | --- |
        | `instance.rebuild`, as a durable, logged job | %s | %.0f |
        | a script: `pg_basebackup -R`, then a start | %s | %.0f |
        | the same with `--compress=server-zstd:1` | %s | %.0f |

        Against the faster script: %.2f times.
        """
        .formatted(
            size,
            ours.times.seconds(),
            ours.megabytes.median(),
            plain.times.seconds(),
            plain.megabytes.median(),
            zstd.times.seconds(),
            zstd.megabytes.median(),
            ours.times.median() / Math.min(plain.times.median(), zstd.times.median()));
  }
}
