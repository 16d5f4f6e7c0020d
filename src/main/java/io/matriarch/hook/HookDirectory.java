package io.matriarch.hook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The one directory that scripts are taken from. It, all above it and each script must belong to
 * root or to the console's own user and be writable by nobody else; links are not followed.
 */
@Component
public class HookDirectory {

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  private final Path directory;

  public HookDirectory(
      @Value("${matriarch.hooks.directory:/etc/matriarch/hooks.d}") Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  /** What lies there now; a directory that does not exist holds none. */
  public HookFiles files() {
    List<String> faults = new ArrayList<>();
    return new HookFiles(
        names(HookPhase.PRE_SWITCHOVER, faults), names(HookPhase.POST_SWITCHOVER, faults), faults);
  }

  private List<String> names(HookPhase phase, List<String> faults) {
    Path place = directory.resolve(phase.directory());
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(place)) {
      List<Path> scripts = found.sorted().toList();
      List<String> names = scripts.stream().map(s -> s.getFileName().toString()).toList();
      names.forEach(name -> fault(place, name).ifPresent(faults::add));
      return names;
    } catch (IOException e) {
      faults.add("%s cannot be read: %s".formatted(place, e));
      return List.of();
    }
  }

  private static Optional<String> fault(Path place, String name) {
    return name.matches(NAME)
        ? SafePath.fault(place.resolve(name))
        : Optional.of(
            "\"%s\" in %s is not a name of a script: letters, digits and . _ - only; take it away"
                .formatted(name, place));
  }

  /** The file of a script, for people to read. */
  public String path(HookPhase phase, String name) {
    return directory.resolve(phase.directory()).resolve(name).toString();
  }

  /**
   * Runs one script and waits for it. It gets the text on its standard input, a bare environment
   * and no shell; at the limit it is ended with all that it started.
   *
   * @param line gets what it writes, line by line
   * @throws HookUnsafe if it is not there, or others could have written it; nothing was run
   * @throws IOException if it cannot be started
   */
  public HookResult run(
      HookPhase phase, String name, String input, Duration limit, Consumer<String> line)
      throws HookUnsafe, IOException, InterruptedException {
    Path place = directory.resolve(phase.directory());
    Path script = place.resolve(name);
    if (name.matches(NAME) && !Files.exists(script, LinkOption.NOFOLLOW_LINKS)) {
      throw new HookUnsafe(script + " does not exist on this console's host");
    }
    Optional<String> fault = fault(place, name);
    if (fault.isPresent()) {
      throw new HookUnsafe(fault.get());
    }
    return new HookProcess(script, input, limit, line).run();
  }
}
