package io.matriarch.bench;

import io.matriarch.audit.Origin;
import io.matriarch.job.JobRequest;
import io.matriarch.job.Jobs;
import io.matriarch.job.Target;
import io.matriarch.remote.SshIdentity;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@code true} on 100 sshd: as one durable job, by pdsh, by ansible, by ssh with open masters. */
final class DispatchBench {

  private static final int HOSTS = 100;
  private static final int ROUNDS = 5;
  private static final Actor BENCH = new Actor("bench", Role.ADMIN, Origin.SYSTEM, null);

  private final Jobs jobs;
  private final JdbcClient jdbc;
  private final BenchParts.RenewableShell shell;
  private final SshIdentity identity;
  private final Path directory;

  DispatchBench(ConfigurableApplicationContext console, Path directory) {
    this.jobs = console.getBean(Jobs.class);
    this.jdbc = console.getBean(JdbcClient.class);
    this.shell = console.getBean(BenchParts.RenewableShell.class);
    this.identity = console.getBean(SshIdentity.class);
    this.directory = directory;
  }

  String measure() throws Exception {
    Series cold = new Series();
    Series warm = new Series();
    Series pdsh = new Series();
    Series ansible = new Series();
    Series masters = new Series();
    try (SshdFarm farm = new SshdFarm(directory, HOSTS, identity.publicKeyLine())) {
      List<Target> targets = register(farm);
      job(targets);
      for (int round = 0; round < ROUNDS; round++) {
        shell.dropConnections();
        cold.add(job(targets));
        pdsh.add(Series.timed(() -> pdsh(farm)));
        ansible.add(Series.timed(() -> ansible(farm)));
        warm.add(job(targets));
        masters.add(masters(farm));
        warm.add(job(targets));
      }
    }
    return table(cold, warm, pdsh, ansible, masters);
  }

  private static String table(
      Series cold, Series warm, Series pdsh, Series ansible, Series masters) {
    return """
        ## `true` on %d sshd targets, seconds

        | What | median | min | max | against ours |
        | --- | --- | --- | --- | --- |
        | Matriarch, one durable, logged, audited job, cold connections | %s | |
        | pdsh -R ssh -f 32 | %s | cold is %s of it |
        | ansible -m raw -f 50 | %s | cold is %s of it |
        | Matriarch, the same job, warm connections | %s | |
        | OpenSSH with open control masters, xargs -P 32 | %s | warm is %s of it |

        Warm, Matriarch is %.1f times as fast as pdsh and %.1f times as fast as ansible.
        """
        .formatted(
            HOSTS,
            cold.seconds(),
            pdsh.seconds(),
            share(cold, pdsh),
            ansible.seconds(),
            share(cold, ansible),
            warm.seconds(),
            masters.seconds(),
            share(warm, masters),
            pdsh.median() / warm.median(),
            ansible.median() / warm.median());
  }

  private static String share(Series ours, Series theirs) {
    return String.format(Locale.ROOT, "%.2f", ours.median() / theirs.median());
  }

  private List<Target> register(SshdFarm farm) throws IOException {
    List<Target> targets = new ArrayList<>();
    for (int i = 1; i <= farm.count(); i++) {
      targets.add(
          Target.server(
              jdbc.sql(
                      """
                      insert into server (name, address, ssh_port, ssh_user, host_keys)
                      values (:name, :address, :port, :user, array[:key])
                      on conflict (name) do update set host_keys = excluded.host_keys returning server_id
                      """)
                  .param("name", "bench-" + i)
                  .param("address", SshdFarm.address(i))
                  .param("port", SshdFarm.PORT)
                  .param("user", System.getProperty("user.name"))
                  .param("key", farm.hostKey())
                  .query(Long.class)
                  .single()));
    }
    return targets;
  }

  /** Milliseconds from the request until every run of the job has ended and is on disk. */
  private double job(List<Target> targets) throws Exception {
    JobRequest request = JobRequest.of("bench.true", targets, Map.of()).atOnce(HOSTS);
    return Series.timed(
        () -> {
          long id = Access.<Long, RuntimeException>as(BENCH, () -> jobs.submit(request));
          String state = awaitEnd(id);
          if (!state.equals("SUCCEEDED")) {
            throw new IOException("job " + id + " ended " + state);
          }
        });
  }

  private String awaitEnd(long id) throws InterruptedException {
    String sql = "select state from job where job_id = :id";
    String state = jdbc.sql(sql).param("id", id).query(String.class).single();
    while (state.equals("QUEUED") || state.equals("RUNNING")) {
      Thread.sleep(5);
      state = jdbc.sql(sql).param("id", id).query(String.class).single();
    }
    return state;
  }

  private void pdsh(SshdFarm farm) throws Exception {
    String hosts = "127.33.0.[1-" + farm.count() + "]";
    Programs.run(
        directory.resolve("pdsh.log"),
        Map.of("PDSH_SSH_ARGS_APPEND", String.join(" ", sshOptions(farm))),
        List.of(
            "pdsh",
            "-R",
            "ssh",
            "-f",
            "32",
            "-l",
            System.getProperty("user.name"),
            "-w",
            hosts,
            "true"));
  }

  private static List<String> sshOptions(SshdFarm farm) {
    return List.of(
        "-i",
        farm.clientKey().toString(),
        "-p",
        String.valueOf(SshdFarm.PORT),
        "-oStrictHostKeyChecking=no",
        "-oUserKnownHostsFile=/dev/null",
        "-oLogLevel=ERROR",
        "-oBatchMode=yes");
  }

  private void ansible(SshdFarm farm) throws Exception {
    Path inventory = directory.resolve("inventory");
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= farm.count(); i++) {
      lines.append(SshdFarm.address(i)).append('\n');
    }
    Files.writeString(inventory, lines);
    Programs.run(
        directory.resolve("ansible.log"),
        Map.of(
            "LC_ALL", "C.UTF-8",
            "ANSIBLE_HOST_KEY_CHECKING", "False",
            "ANSIBLE_SSH_ARGS",
                "-oControlMaster=no -oControlPersist=no " + String.join(" ", sshOptions(farm))),
        List.of(
            "ansible",
            "all",
            "-i",
            inventory.toString(),
            "-u",
            System.getProperty("user.name"),
            "-m",
            "raw",
            "-a",
            "true",
            "-f",
            "50"));
  }

  /** Milliseconds for all hosts over masters that are already open. */
  private double masters(SshdFarm farm) throws Exception {
    Path sockets = Files.createTempDirectory("mm");
    try {
      masterFor(farm, sockets, List.of("-M", "-N", "-f"));
      return Series.timed(() -> overMasters(farm, sockets));
    } finally {
      for (int i = 1; i <= farm.count(); i++) {
        Programs.exit(
            directory.resolve("masters.log"),
            Map.of(),
            List.of(
                "ssh",
                "-S",
                sockets.resolve("" + i).toString(),
                "-O",
                "exit",
                SshdFarm.address(i)));
      }
      // A master removes its socket a moment after it answered.
      org.springframework.util.FileSystemUtils.deleteRecursively(sockets);
    }
  }

  private void masterFor(SshdFarm farm, Path sockets, List<String> flags) throws Exception {
    for (int i = 1; i <= farm.count(); i++) {
      List<String> command = new ArrayList<>(List.of("ssh"));
      command.addAll(sshOptions(farm));
      command.addAll(flags);
      command.addAll(List.of("-S", sockets.resolve("" + i).toString(), SshdFarm.address(i)));
      Programs.run(directory.resolve("masters.log"), Map.of(), command);
    }
  }

  private void overMasters(SshdFarm farm, Path sockets) throws Exception {
    Programs.run(
        directory.resolve("masters.log"),
        Map.of(),
        List.of(
            "sh",
            "-c",
            "seq 1 \"$1\" | xargs -P 32 -I N ssh -S \"$2/N\" 127.33.0.N true",
            "bench",
            String.valueOf(farm.count()),
            sockets.toString()));
  }
}
