package io.matriarch.job;

import io.matriarch.audit.Audit;
import io.matriarch.database.Changes;
import io.matriarch.hook.HookDirectory;
import io.matriarch.inventory.DnsRecords;
import io.matriarch.inventory.Fleet;
import io.matriarch.inventory.Fleets;
import io.matriarch.inventory.Observer;
import io.matriarch.remote.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the engine together and starts it before the web server opens. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EngineLimits.class)
class Engine {

  /** Clients may be waiting, and a pause at a pooler ends by itself some time. */
  private static final Duration DATABASE_LIMIT = Duration.ofSeconds(6);

  @Bean
  Runs runs(
      JdbcTemplate template,
      PlatformTransactionManager transactions,
      Audit audit,
      StepCodec codec,
      EngineLimits limits,
      @Value("${matriarch.data-directory:data}") Path dataDirectory) {
    JdbcRuns runs =
        new JdbcRuns(
            template,
            new TransactionTemplate(transactions),
            audit,
            codec,
            limits,
            node(dataDirectory));
    return new TimedRuns(runs, DATABASE_LIMIT);
  }

  /** A name that stays when the console restarts, so that its own runs are taken up at once. */
  private static String node(Path dataDirectory) {
    Path file = dataDirectory.resolve("node-id");
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(dataDirectory);
        Files.writeString(file, UUID.randomUUID().toString());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the console's name cannot be kept in " + file, e);
    }
  }

  @Bean
  LocalLog localLog(@Value("${matriarch.data-directory:data}") Path dataDirectory) {
    return new FileLocalLog(dataDirectory.resolve("unwritten"));
  }

  @Bean
  Executor runExecutor(
      Runs runs,
      LocalLog localLog,
      Catalogue catalogue,
      Fleets fleets,
      Shell shell,
      Observer observer,
      JdbcTemplate template,
      DnsRecords dnsRecords,
      HookDirectory hooks,
      StepCodec codec,
      EngineLimits limits,
      Clock clock) {
    Executor.Worlds worlds =
        new LiveWorlds(
            shell, observer, runs, JdbcClient.create(template), dnsRecords, hooks, clock);
    return new Executor(
        new Executor.Parts(
            runs,
            localLog,
            limits.gate(),
            catalogue,
            (target, servers) -> load(fleets, target, servers),
            worlds,
            codec));
  }

  static Fleet load(Fleets fleets, Target target, Set<Long> servers) {
    return switch (target.kind()) {
      case INSTANCE -> fleets.load(List.of(target.id()), List.of(), servers);
      case HERD -> fleets.load(List.of(), List.of(target.id()), servers);
      case SERVER -> {
        Set<Long> all = new HashSet<>(servers);
        all.add(target.id());
        yield fleets.load(List.of(), List.of(), all);
      }
    };
  }

  @Bean
  SmartLifecycle dispatching(
      Runs runs,
      LocalLog localLog,
      Executor executor,
      EngineLimits limits,
      Changes changes,
      Clock clock) {
    return new Dispatching(
        changes, () -> new Dispatcher(runs, localLog, executor, limits, clock, System::nanoTime));
  }

  private static final class Dispatching implements SmartLifecycle {

    private final Changes changes;
    private final Supplier<Dispatcher> dispatchers;
    private @Nullable Dispatcher dispatcher;

    Dispatching(Changes changes, Supplier<Dispatcher> dispatchers) {
      this.changes = changes;
      this.dispatchers = dispatchers;
    }

    @Override
    public void start() {
      dispatcher = dispatchers.get();
      dispatcher.start(changes);
    }

    @Override
    public void stop() {
      if (dispatcher != null) {
        dispatcher.close();
        dispatcher = null;
      }
    }

    @Override
    public boolean isRunning() {
      return dispatcher != null;
    }

    @Override
    public int getPhase() {
      return 0;
    }
  }
}
