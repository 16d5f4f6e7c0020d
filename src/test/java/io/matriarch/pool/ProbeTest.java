package io.matriarch.pool;

import static io.matriarch.pool.TestPooler.SOON;
import static io.matriarch.pool.TestPooler.answer;
import static io.matriarch.pool.TestPooler.backend;
import static io.matriarch.pool.TestPooler.owner;
import static io.matriarch.pool.TestPooler.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.matriarch.postgres.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ProbeTest {

  private static final PauseToken OURS = new PauseToken("orders", "run-7", 1);

  private TestCluster cluster;
  private TestPooler pooler;

  @BeforeEach
  void start() throws Exception {
    cluster = TestCluster.primary();
    Backend backend = backend(cluster);
    pooler =
        TestPooler.start(
            "[databases]\napp = host=%s port=%d dbname=postgres\n"
                .formatted(backend.host(), backend.port()));
  }

  @AfterEach
  void remove() throws Exception {
    answer(PoolCommands.endProbe(pooler.at(), OURS));
    pooler.close();
    cluster.close();
  }

  private PoolAnswer begin(String login) throws Exception {
    return answer(PoolCommands.beginProbe(pooler.at(), OURS, login, "app", seconds(60)));
  }

  private Felt felt() throws Exception {
    return Objects.requireNonNull(answer(PoolCommands.readProbe(pooler.at(), OURS)).felt());
  }

  private boolean runs() {
    return ProcessHandle.allProcesses()
        .anyMatch(
            p -> {
              try {
                String command =
                    Files.readString(
                        Path.of("/proc/" + p.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
                return command.contains("matriarch-probe") && command.contains(pooler.home());
              } catch (IOException e) {
                return false;
              }
            });
  }

  @Test
  void it_feels_a_pause_as_clients_do_and_goes_on_afterwards() throws Exception {
    assertThat(begin(owner()).message()).isEmpty();
    assertThat(begin(owner()).message()).isEmpty();
    await().atMost(SOON).until(() -> felt().writes() > 3);
    assertThat(pooler.pause(OURS, 60, Set.of(backend(cluster))).done()).isTrue();
    int before = felt().writes();
    await().pollDelay(seconds(2)).atMost(SOON).until(() -> felt().writes() <= before + 1);
    assertThat(pooler.resume(OURS).done()).isTrue();
    await().atMost(SOON).until(() -> felt().writes() > before + 3);

    PoolAnswer end = answer(PoolCommands.endProbe(pooler.at(), OURS));

    assertThat(Objects.requireNonNull(end.felt()).longest()).isGreaterThan(seconds(1));
    assertThat(end.felt().failed()).isZero();
    assertThat(end.felt()).asString().contains("none of").contains("writes failed");
    await().atMost(SOON).until(() -> !runs());
    assertThat(answer(PoolCommands.endProbe(pooler.at(), OURS)).felt()).isNull();
  }

  @Test
  void a_connection_that_is_lost_is_counted_and_the_probe_goes_on() throws Exception {
    assertThat(begin(owner()).done()).isTrue();
    pooler.admin("KILL app");
    await().atMost(SOON).until(() -> felt().failed() > 0);
    pooler.admin("RESUME app");
    int before = felt().writes();
    await().atMost(SOON).until(() -> felt().writes() > before + 3);
  }

  @Test
  void a_login_that_may_not_write_is_told_at_once_and_nothing_is_left() throws Exception {
    PoolAnswer refused = begin("nobody-like-this");

    assertThat(refused.outcome()).isEqualTo(PoolOutcome.NO_PROBE);
    assertThat(refused.message()).contains("nobody-like-this").contains(".pgpass of " + owner());
    await().atMost(SOON).until(() -> !runs());
  }
}
