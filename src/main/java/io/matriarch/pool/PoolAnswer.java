package io.matriarch.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a command for a pooler brought about.
 *
 * @param message what the script said; empty if all is well
 * @param left until the pause ends by itself; null if no pause is known
 * @param paused the databases that are held, wildcard-made ones included
 * @param holder the run that holds the pause, where {@link PoolOutcome#OTHER_TOKEN}; null otherwise
 * @param felt what a probe felt; null if none was asked
 * @param stranded how many sessions waited for a server that is gone, and were ended
 * @param pointed whether the pooler leads to the new server, whatever became of the pause
 */
public record PoolAnswer(
    PoolOutcome outcome,
    String message,
    @Nullable Duration left,
    List<String> paused,
    @Nullable String holder,
    int stranded,
    boolean pointed,
    @Nullable Felt felt) {

  public PoolAnswer {
    paused = List.copyOf(paused);
  }

  public boolean done() {
    return outcome == PoolOutcome.DONE;
  }

  /** Reads the output of any command of {@link PoolCommands} but {@code look}. */
  public static PoolAnswer read(LocalCommand.Output output) {
    Map<String, String> facts = new HashMap<>();
    List<String> paused = new ArrayList<>();
    for (String line : output.stdout().split("\n", -1)) {
      int space = line.indexOf(' ');
      String name = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1);
      if (name.equals("database")) {
        paused.add(value);
      } else {
        facts.put(name, value);
      }
    }
    String left = facts.get("left");
    return new PoolAnswer(
        PoolOutcome.of(output.exit()),
        said(output),
        left == null || !left.matches("-?[0-9]{1,15}")
            ? null
            : Duration.ofMillis(Long.parseLong(left)),
        paused,
        facts.get("holder"),
        count(facts.get("stranded")),
        facts.containsKey("pointed"),
        Felt.read(facts.get("felt")));
  }

  private static int count(@Nullable String told) {
    return told == null || !told.matches("[0-9]{1,9}") ? 0 : Integer.parseInt(told);
  }

  private static String said(LocalCommand.Output output) {
    String said = output.stderr().strip();
    return said.isEmpty() && output.exit() != 0
        ? "the script exited " + output.exit()
        : Objects.requireNonNull(said);
  }
}
