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
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Measures what {@code docs/benchmarks.md} shows and writes it there. Arguments: the page to write,
 * the directory to work in, then what starts the packaged console.
 */
public final class Bench {

  private static final int PORT = 18_098;
  private static final Actor BENCH = new Actor("bench", Role.ADMIN, Origin.SYSTEM, null);

  private Bench() {}

  public static void main(String[] args) throws Exception {
    Path page = Path.of(args[0]);
    Path directory = Files.createDirectories(Path.of(args[1]).toAbsolutePath());
    List<String> packaged = List.of(args).subList(2, args.length);
    StringBuilder text =
        new StringBuilder("# Benchmarks\n\nWritten by `./dev bench` on ")
            .append(machine())
            .append(".\n");
    SpringApplication application =
        new SpringApplication(MatriarchApplication.class, BenchParts.class);
    try (ConfigurableApplicationContext console =
        application.run(
            "--server.port=" + PORT,
            "--matriarch.data-directory=" + directory.resolve("console"))) {
      add(text, new DispatchBench(console, directory.resolve("sshd")).measure());
      String url = "http://127.0.0.1:" + PORT;
      add(text, new ListBench(console, url, token(console)).measure());
      add(text, new CellBench(console, url, directory.resolve("console"), BENCH).measure());
    }
    add(text, new StartBench(packaged, directory.resolve("start")).measure());
    Files.writeString(page, text.toString());
    System.exit(0);
  }

  private static void add(StringBuilder text, String part) {
    System.out.println(part);
    text.append('\n').append(part);
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
