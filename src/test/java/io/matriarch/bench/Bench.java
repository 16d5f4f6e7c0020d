package io.matriarch.bench;

import io.matriarch.MatriarchApplication;
import io.matriarch.audit.Origin;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Measures what {@code docs/benchmarks.md} shows and writes it there. Arguments: the page to write,
 * the directory to work in, what starts the packaged console, then the parts to measure (all
 * without any).
 */
public final class Bench {

  private static final int PORT = 18_098;
  private static final Set<String> IN_CONSOLE = Set.of("dispatch", "lists", "cell");
  private static final Set<String> PARTS =
      Set.of("dispatch", "lists", "cell", "start", "switchover", "alarm", "rebuild");
  private static final Actor BENCH = new Actor("bench", Role.ADMIN, Origin.SYSTEM, null);

  private Bench() {}

  public static void main(String[] args) throws Exception {
    Path directory = Files.createDirectories(Path.of(args[1]).toAbsolutePath());
    Set<String> parts = args.length > 3 ? Set.copyOf(List.of(args).subList(3, args.length)) : PARTS;
    BenchPage page = new BenchPage(Path.of(args[0]), machine());
    if (!Collections.disjoint(parts, IN_CONSOLE)) {
      inConsole(parts, directory, page);
    }
    if (parts.contains("start")) {
      page.put(new StartBench(List.of(args[2]), directory.resolve("start")).measure());
    }
    SwitchoverBench switchover =
        new SwitchoverBench(directory.resolve("switchover"), Integer.getInteger("rounds", 11));
    if (parts.contains("switchover")) {
      switchover.measure(page);
    } else if (parts.contains("herds")) {
      switchover.manyHerds(page);
    }
    if (parts.contains("alarm")) {
      page.put(
          new AlarmBench(directory.resolve("alarm"), Integer.getInteger("rounds", 11)).measure());
    }
    if (parts.contains("rebuild")) {
      page.put(
          new RebuildBench(
                  Files.createDirectories(directory.resolve("rebuild")),
                  Math.min(5, Integer.getInteger("rounds", 5)))
              .measure());
    }
    System.exit(0);
  }

  private static void inConsole(Set<String> parts, Path directory, BenchPage page)
      throws Exception {
    SpringApplication application =
        new SpringApplication(MatriarchApplication.class, BenchParts.class);
    String url = "http://127.0.0.1:" + PORT;
    try (ConfigurableApplicationContext console =
        application.run(
            "--server.port=" + PORT,
            "--matriarch.data-directory=" + directory.resolve("console"))) {
      if (parts.contains("dispatch")) {
        page.put(new DispatchBench(console, directory.resolve("sshd")).measure());
      }
      if (parts.contains("lists")) {
        page.put(new ListBench(console, url, token(console)).measure());
      }
      if (parts.contains("cell")) {
        page.put(new CellBench(console, url, directory.resolve("console"), BENCH).measure());
      }
    }
  }

  private static String token(ConfigurableApplicationContext console) {
    Tokens tokens = console.getBean(Tokens.class);
    return Access.<String, RuntimeException>as(
        BENCH,
        () -> tokens.create("bench-" + System.nanoTime(), Role.VIEWER, null).secret().reveal());
  }

  private static String machine() throws IOException {
    String model =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("an unknown processor");
    String memory = Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D", "");
    return "%d cores of %s, %d GiB of memory, Linux %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model,
            Long.parseLong(memory) >> 20,
            System.getProperty("os.version"),
            System.getProperty("java.version"));
  }
}
