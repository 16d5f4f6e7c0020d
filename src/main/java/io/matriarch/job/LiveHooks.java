package io.matriarch.job;

import io.matriarch.hook.HookDirectory;
import io.matriarch.hook.HookPhase;
import io.matriarch.hook.HookResult;
import io.matriarch.hook.HookUnsafe;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link Hooks} on this very host. The fence is the same as that of {@link Dns}: the run's lease
 * and a look at its ownership immediately before; a script has no precondition of ours, so it must
 * bear being run twice.
 */
final class LiveHooks implements Hooks {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HookDirectory directory;
  private final Owned run;
  private final Lease lease;
  private final RunJournal log;
  private final Terms terms;

  LiveHooks(HookDirectory directory, Owned run, Lease lease, RunJournal log, Terms terms) {
    this.directory = directory;
    this.run = run;
    this.lease = lease;
    this.log = log;
    this.terms = terms;
  }

  @Override
  public String path(HookPhase phase, String script) {
    return directory.path(phase, script);
  }

  @Override
  public void run(HookPhase phase, String script, HookFacts facts, Duration limit)
      throws StepFailed, InterruptedException {
    String file = path(phase, script);
    lease.require(run.runId());
    OptionalLong term = terms.requireOwn();
    log.changing();
    log.line(RunLog.Kind.COMMAND, "console", file);
    lease.require(run.runId());
    try {
      HookResult result =
          directory.run(
              phase,
              script,
              input(phase, facts, term),
              limit,
              text -> log.line(RunLog.Kind.STDOUT, "console", text));
      log.line(RunLog.Kind.EXIT, "console", ended(result));
      if (!result.succeeded()) {
        throw new StepFailed(
            "The script %s on this console's host %s. What it wrote is in the log; mend its cause and run it again."
                .formatted(file, ended(result)));
      }
    } catch (HookUnsafe e) {
      throw new StepFailed(
          "The script %s was not run: %s. Scripts, and all directories above them, must be writable by root alone."
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new StepFailed(
          "The script %s could not be started: %s. Nothing was done; does its first line name a program that exists?"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static String ended(HookResult result) {
    double seconds = result.duration().toMillis() / 1000.0;
    return result.timedOut()
        ? String.format(Locale.ROOT, "was ended at its limit after %.2f s", seconds)
        : String.format(Locale.ROOT, "exit %d after %.2f s", result.exit(), seconds);
  }

  private String input(HookPhase phase, HookFacts facts, OptionalLong term) {
    ObjectNode root = JSON.createObjectNode();
    root.put("event", phase.event())
        .put("runId", run.runId())
        .put("attempt", run.attempt())
        .put("herdId", facts.herdId())
        .put("herd", facts.herd())
        .put("environment", facts.environment());
    if (term.isPresent()) {
      root.put("term", term.getAsLong());
    } else {
      root.putNull("term");
    }
    put(root, "oldPrimary", facts.old());
    put(root, "newPrimary", facts.primary());
    return root + "\n";
  }

  private static void put(ObjectNode root, String name, HookFacts.@Nullable Member member) {
    if (member == null) {
      root.putNull(name);
    } else {
      root.set(name, JSON.valueToTree(member));
    }
  }
}
