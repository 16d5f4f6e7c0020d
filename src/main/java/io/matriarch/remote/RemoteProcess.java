package io.matriarch.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** One command on an open channel, from sending it to its result. */
final class RemoteProcess {

  /** A daemon that the command left behind may keep its outputs open for ever. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final CommandTrouble trouble;
  private final Command command;
  private final ExecChannel channel;
  private final OutputPump stdout;
  private final OutputPump stderr;
  private final long started = System.nanoTime();

  RemoteProcess(
      Host host, Command command, ExecChannel channel, OutputSink sink, SshLimits limits) {
    this.trouble = new CommandTrouble(host, command);
    this.command = command;
    this.channel = channel;
    ReentrantLock oneAtATime = new ReentrantLock();
    stdout =
        new OutputPump(
            OutputSink.Stream.STDOUT, channel.getInputStream(), sink, oneAtATime, limits);
    stderr =
        new OutputPump(
            OutputSink.Stream.STDERR, channel.getErrorStream(), sink, oneAtATime, limits);
  }

  /** Once this is called the command may run, whatever is thrown. */
  CommandResult run() throws ShellUnavailable, InterruptedException {
    try {
      channel.send(command.shellText());
    } catch (IOException e) {
      throw trouble.lost(e);
    }
    Thread out = Thread.ofVirtual().name("ssh-stdout").start(stdout);
    Thread err = Thread.ofVirtual().name("ssh-stderr").start(stderr);
    Thread in = Thread.ofVirtual().name("ssh-stdin").start(this::feed);
    try {
      awaitEnd();
      awaitOutput(out, err);
    } finally {
      // A reader that is still waiting has nothing more to get.
      in.interrupt();
      out.interrupt();
      err.interrupt();
      out.join();
      err.join();
    }
    return result();
  }

  /**
   * A host takes input only once it has started the command, and then as fast as that reads it.
   * Closing the stream early would drop the rest and end the input, as if that were all.
   */
  private void feed() {
    String text = command.stdin();
    try {
      channel.feed(text == null ? "" : text);
      channel.getOutputStream().close();
    } catch (IOException e) {
      // The command did not read all of it, which is its own affair, or the connection is lost.
    }
  }

  private void awaitEnd() throws ShellUnavailable, InterruptedException {
    CompletableFuture<Object> end = CompletableFuture.anyOf(channel.exited(), channel.closed());
    if (!done(end, left())) {
      throw trouble.timeout(command.timeLimit());
    }
    long before;
    do {
      before = stdout.count() + stderr.count();
    } while (!done(channel.closed(), GRACE) && !left().isNegative() && !quiet(before));
  }

  private boolean quiet(long before) {
    return stdout.count() + stderr.count() == before && !stdout.busy() && !stderr.busy();
  }

  /** After the channel has closed all output is here and only has to be taken. */
  private void awaitOutput(Thread out, Thread err) throws InterruptedException {
    if (channel.closed().isDone()) {
      out.join();
      err.join();
    }
  }

  private CommandResult result() throws ShellUnavailable {
    Integer exit = channel.exit();
    if (channel.refused()) {
      throw trouble.refused();
    }
    if (exit == null) {
      throw trouble.lost(channel.lost());
    }
    throwSinkFailure(stdout);
    throwSinkFailure(stderr);
    return new CommandResult(
        exit,
        Duration.ofNanos(System.nanoTime() - started),
        stdout.kept(),
        stderr.kept(),
        stdout.truncated() || stderr.truncated());
  }

  private static void throwSinkFailure(OutputPump pump) {
    RuntimeException failure = pump.sinkFailure();
    if (failure != null) {
      throw failure;
    }
  }

  private Duration left() {
    return command.timeLimit().minusNanos(System.nanoTime() - started);
  }

  private static boolean done(CompletableFuture<?> future, Duration limit)
      throws InterruptedException {
    try {
      future.get(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
