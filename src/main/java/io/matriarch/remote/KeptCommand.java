package io.matriarch.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import net.schmizz.sshj.common.SSHException;
import org.jspecify.annotations.Nullable;

/** One command on an open channel that is asked again and again. */
final class KeptCommand implements RemoteSession {

  /** What it wrote last may still be on the way when its exit is known. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final CommandTrouble trouble;
  private final ExecChannel channel;
  private final Runnable given;
  private final OutputPump stdout;
  private final OutputPump stderr;
  private final List<Thread> pumps = new ArrayList<>();
  private volatile @Nullable Awaited awaited;
  private boolean closed;

  private record Awaited(String last, CompletableFuture<Boolean> seen) {}

  /**
   * @param given called once, when the session is over
   */
  KeptCommand(Host host, Command command, ExecChannel channel, SshLimits limits, Runnable given) {
    this.trouble = new CommandTrouble(host, command);
    this.channel = channel;
    this.given = given;
    ReentrantLock oneAtATime = new ReentrantLock();
    stdout =
        new OutputPump(
            OutputSink.Stream.STDOUT, channel.getInputStream(), this::line, oneAtATime, limits);
    stderr =
        new OutputPump(
            OutputSink.Stream.STDERR, channel.getErrorStream(), this::line, oneAtATime, limits);
  }

  void start() throws ShellUnavailable {
    try {
      channel.send(trouble.command().shellText());
    } catch (IOException e) {
      close();
      throw trouble.lost(e);
    }
    pumps.add(Thread.ofVirtual().name("ssh-kept-stdout").start(stdout));
    pumps.add(Thread.ofVirtual().name("ssh-kept-stderr").start(stderr));
  }

  private void line(OutputSink.Stream stream, String text) {
    Awaited now = awaited;
    if (stream == OutputSink.Stream.STDOUT && now != null && text.equals(now.last())) {
      now.seen().complete(true);
    }
  }

  @Override
  public boolean isOpen() {
    return !closed && channel.isOpen() && !channel.exited().isDone() && !channel.closed().isDone();
  }

  @Override
  public CommandResult ask(String text, String last, Duration limit)
      throws ShellUnavailable, InterruptedException {
    long started = System.nanoTime();
    stdout.forget();
    stderr.forget();
    CompletableFuture<Boolean> seen = new CompletableFuture<>();
    awaited = new Awaited(last, seen);
    boolean answered = false;
    try {
      channel.feed(text);
      if (!done(CompletableFuture.anyOf(seen, channel.exited(), channel.closed()), limit)) {
        throw trouble.timeout(limit);
      }
      answered = seen.isDone();
      return answered ? answer(last, started) : end(started);
    } catch (IOException e) {
      return end(started);
    } finally {
      awaited = null;
      if (!answered) {
        close();
      }
    }
  }

  private CommandResult answer(String last, long started) {
    String kept = stdout.kept();
    return result(0, kept.substring(0, kept.lastIndexOf(last)), started);
  }

  /** The command has ended, or nothing can be sent to it any more. */
  private CommandResult end(long started) throws ShellUnavailable, InterruptedException {
    if (done(channel.closed(), GRACE)) {
      for (Thread pump : pumps) {
        pump.join(GRACE);
      }
    }
    Integer exit = channel.exit();
    if (channel.refused()) {
      throw trouble.refused();
    }
    if (exit == null) {
      throw trouble.lost(channel.lost());
    }
    // An end without an answer is no success, whatever the exit says.
    return result(exit == 0 ? 255 : exit, stdout.kept(), started);
  }

  private CommandResult result(int exit, String out, long started) {
    return new CommandResult(
        exit,
        Duration.ofNanos(System.nanoTime() - started),
        out,
        stderr.kept(),
        stdout.truncated() || stderr.truncated());
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

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    Thread.ofVirtual().name("ssh-close-kept").start(this::closeChannel);
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (SSHException e) {
      // The connection is lost, and the channel with it.
    } finally {
      given.run();
    }
  }
}
