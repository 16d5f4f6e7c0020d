package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;
import io.matriarch.job.Step.HostCommand;
import io.matriarch.postgres.LocalCommand;
import io.matriarch.remote.Command;
import java.util.ArrayList;
import java.util.List;

/** Commands as the plan shows them. */
final class Shown {

  private Shown() {}

  /** SQL by psql on the instance's own host, as its owner. */
  static HostCommand sql(InstanceRef instance, String sql) {
    List<String> psql = new ArrayList<>(instance.become());
    psql.addAll(List.of("psql", "-p", Integer.toString(Proved.port(instance)), "-c", line(sql)));
    return new HostCommand(instance.server(), Command.of(psql).display());
  }

  /** One of our scripts on the instance's own host, as its owner. */
  static HostCommand script(InstanceRef instance, LocalCommand local) {
    return new HostCommand(
        instance.server(), Command.of(local.arguments()).startedBy(instance.become()).display());
  }

  private static String line(String sql) {
    return sql.strip().replaceAll("\\s+", " ");
  }
}
