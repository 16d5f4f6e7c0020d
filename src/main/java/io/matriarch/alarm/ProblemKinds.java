package io.matriarch.alarm;

import java.util.List;

/** The kinds of problem that there are, as the views of the schema name them. */
public final class ProblemKinds {

  public static final List<String> ALL =
      List.of(
          "agent-silent",
          "alarm-undelivered",
          "automatic-brake",
          "automatic-failover",
          "automatic-not-possible",
          "clock-skew",
          "commits-waiting",
          "disk-nearly-full",
          "diverged",
          "dns-drift",
          "dns-stale",
          "dns-unreachable",
          "drill",
          "fenced",
          "host-key-changed",
          "instance-unreachable",
          "no-primary",
          "pending-restart",
          "pooler-drift",
          "pooler-paused",
          "pooler-unreachable",
          "port-conflict",
          "primary-dead",
          "primary-disputed",
          "primary-hung",
          "primary-unreachable",
          "report-refused",
          "scheduled-job",
          "server-unreachable",
          "slot-retains-wal",
          "split-brain",
          "standby-not-streaming");

  private ProblemKinds() {}
}
