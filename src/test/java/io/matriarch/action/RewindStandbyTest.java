package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.action.step.RewindStandby;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Instance;
import io.matriarch.inventory.Observer;
import io.matriarch.job.Admission;
import io.matriarch.job.Dns;
import io.matriarch.job.Hooks;
import io.matriarch.job.Poolers;
import io.matriarch.job.Postgres.Seen;
import io.matriarch.job.Progress;
import io.matriarch.job.Proofs;
import io.matriarch.job.Rebuilds;
import io.matriarch.job.Replication;
import io.matriarch.job.Replication.Promoted;
import io.matriarch.job.RunLog;
import io.matriarch.job.RunShell;
import io.matriarch.job.StepFailed;
import io.matriarch.job.Terms;
import io.matriarch.job.Untouched;
import io.matriarch.job.World;
import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.Rebuild.State;
import io.matriarch.testing.TestFleet;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is refused before a port is asked to change the server; the rest is seen on the lab. */
class RewindStandbyTest {

  private static final Fleet FLEET =
      TestFleet.herd("orders").stopped("db1", Instance.Role.PRIMARY).primary("db2").build();
  private static final RewindStandby REWIND =
      RewindStandby.of(
          FLEET.members(1).getFirst(), FLEET.members(1).getLast(), FLEET, "matriarch_1", true);

  @Test
  void a_server_of_another_system_is_not_touched() {
    assertThatThrownBy(() -> REWIND.run(world(new Seen.Stopped("shut down", 1, "0/28", "8"))))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("has the system identifier 8")
        .hasMessageContaining("Its files were not touched");
  }

  @Test
  void one_that_accepts_writes_is_not_stopped() {
    assertThatThrownBy(() -> REWIND.run(world(new Seen.Running(false, 1, "0/28"))))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("accepts writes")
        .hasMessageContaining("Nothing was touched");
  }

  private static World world(Seen seen) {
    return new World(
        Untouched.of(RunShell.class),
        instance -> seen,
        only(
            Replication.class,
            Map.of(
                "proveWritable",
                new Promoted(2, "0/30"),
                "proveControl",
                "7",
                "upstreamOf",
                Conninfo.parse("host=db2 user=replicator"),
                "rewinder",
                "rewind")),
        Untouched.of(Admission.class),
        only(Rebuilds.class, Map.of("state", State.NONE, "configured", Rebuilds.Configured.NONE)),
        Untouched.of(Poolers.class),
        Untouched.of(Dns.class),
        Untouched.of(Hooks.class),
        Untouched.of(Terms.class),
        Untouched.of(Observer.class),
        Untouched.of(RunLog.class),
        Untouched.of(Proofs.class),
        Untouched.of(Progress.class),
        (calls, limit) -> {},
        duration -> {},
        Clock.systemUTC());
  }

  /** A port that answers these verbs; another one must not be used. */
  private static <T> T only(Class<T> port, Map<String, Object> answers) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              Object answer = answers.get(method.getName());
              if (answer == null) {
                throw new AssertionError(
                    port.getSimpleName() + "." + method.getName() + " was used");
              }
              return answer;
            }));
  }
}
