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

  /** For an end that tells no exit, or success without an answer. */
  private static final int NO_EXIT = 255;

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

  /** What is waited for: the exit on standard output, and the end of standard error. */
  private record Awaited(
      String mark,
      OutputSink sink,
      CompletableFuture<Integer> exit,
      CompletableFuture<Integer> ended,
      CompletableFuture<Boolean> said) {

    void line(OutputSink.Stream stream, String text) {
      if (stream == OutputSink.Stream.STDERR) {
        if (text.equals(mark)) {
          said.complete(true);
        } else {
          sink.line(stream, text);
        }
        return;
      }
      int at = text.indexOf(' ');
      String first = at < 0 ? text : text.substring(0, at);
      if (first.equals(mark)) {
        exit.complete(number(text.substring(at + 1)));
      } else if (first.equals(HostGuard.ENDED)) {
        ended.complete(number(text.substring(at + 1)));
      } else {
        sink.line(stream, text);
      }
    }

    private static int number(String text) {
      return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : NO_EXIT;
    }
  }

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
    if (now != null) {
      now.line(stream, text);
    }
  }

  @Override
  public boolean isOpen() {
    return !closed && channel.isOpen() && !channel.exited().isDone() && !channel.closed().isDone();
  }

  @Override
  public CommandResult ask(String text, String mark, Duration limit, OutputSink sink)
      throws ShellUnavailable, InterruptedException {
    long started = System.nanoTime();
    stdout.forget();
    stderr.forget();
    Awaited now =
        new Awaited(
            mark,
            sink,
            new CompletableFuture<>(),
            new CompletableFuture<>(),
            new CompletableFuture<>());
    awaited = now;
    boolean answered = false;
    try {
      channel.feed(text);
      CompletableFuture<?> answer = CompletableFuture.allOf(now.exit(), now.said());
      if (!done(
          CompletableFuture.anyOf(answer, now.ended(), channel.exited(), channel.closed()),
          limit)) {
        throw trouble.timeout(limit);
      }
      answered = answer.isDone();
      return answered
          ? result(now.exit().join(), upTo(mark, stdout.kept()), upTo(mark, stderr.kept()), started)
          : end(now, started);
    } catch (IOException e) {
      return end(now, started);
    } finally {
      awaited = null;
      if (!answered) {
        close();
      }
    }
  }

  private static String upTo(String mark, String kept) {
    int at = kept.lastIndexOf(mark);
    return at < 0 ? kept : kept.substring(0, at);
  }

  /** The command has ended, or nothing can be sent to it any more. */
  private CommandResult end(Awaited now, long started)
      throws ShellUnavailable, InterruptedException {
    if (now.ended().isDone()) {
      // Its guard still waits for requests; it ends with the channel, and its errors are here then.
      endInput();
    }
    if (done(channel.closed(), GRACE)) {
      for (Thread pump : pumps) {
        pump.join(GRACE);
      }
    }
    Integer exit = now.ended().isDone() ? now.ended().join() : channel.exit();
    if (channel.refused()) {
      throw trouble.refused();
    }
    if (exit == null) {
      throw trouble.lost(channel.lost());
    }
    // An end without an answer is no success, whatever the exit says.
    String out = stdout.kept();
    int told = out.indexOf(HostGuard.ENDED);
    return result(
        exit == 0 ? NO_EXIT : exit,
        told < 0 ? out : out.substring(0, told),
        stderr.kept(),
        started);
  }

  private void endInput() {
    try {
      channel.getOutputStream().close();
    } catch (IOException e) {
      // The connection is lost, and the channel with it.
    }
  }

  private CommandResult result(int exit, String out, String err, long started) {
    return new CommandResult(
        exit,
        Duration.ofNanos(System.nanoTime() - started),
        out,
        err,
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
