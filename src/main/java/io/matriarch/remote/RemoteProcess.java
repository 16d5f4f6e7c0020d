package io.matriarch.remote;

import io.matriarch.remote.ShellUnavailable.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import net.schmizz.sshj.connection.ConnectionException;
import org.jspecify.annotations.Nullable;

/** One command on an open channel, from sending it to its result. */
final class RemoteProcess {

  /** A daemon that the command left behind may keep its outputs open for ever. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** Less than a packet that any host takes. */
  private static final int CHUNK = 16 * 1024;

  private final Host host;
  private final Command command;
  private final ExecChannel channel;
  private final OutputPump stdout;
  private final OutputPump stderr;
  private final long started = System.nanoTime();

  RemoteProcess(
      Host host, Command command, ExecChannel channel, OutputSink sink, SshLimits limits) {
    this.host = host;
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
      throw lost(e);
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
    OutputStream stdin = channel.getOutputStream();
    String text = command.stdin();
    byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    try {
      for (int from = 0; from < bytes.length; from += CHUNK) {
        stdin.write(bytes, from, Math.min(CHUNK, bytes.length - from));
        flush(stdin);
      }
      stdin.close();
    } catch (IOException e) {
      // The command did not read all of it, which is its own affair, or the connection is lost.
    }
  }

  /** The library gives up after a while; the command may still be busy with what it has. */
  private void flush(OutputStream stdin) throws IOException {
    while (true) {
      try {
        stdin.flush();
        return;
      } catch (ConnectionException e) {
        if (Thread.currentThread().isInterrupted() || !channel.isOpen()) {
          throw e;
        }
      }
    }
  }

  private void awaitEnd() throws ShellUnavailable, InterruptedException {
    CompletableFuture<Object> end = CompletableFuture.anyOf(channel.exited(), channel.closed());
    if (!done(end, left())) {
      throw timeout();
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
      throw refused();
    }
    if (exit == null) {
      throw lost(channel.lost());
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

  private ShellUnavailable timeout() {
    return new ShellUnavailable(
        Reason.TIMEOUT,
        command.display()
            + " on "
            + SshConnector.place(host)
            + " had not ended after "
            + command.timeLimit().toSeconds()
            + " s; its channel was closed and it may still run there; look at the host before you"
            + " repeat it.",
        null);
  }

  private ShellUnavailable lost(@Nullable IOException cause) {
    return new ShellUnavailable(
        Reason.OUTCOME_UNKNOWN,
        "The connection to "
            + SshConnector.place(host)
            + " was lost during "
            + command.display()
            + (cause == null ? "" : " (" + cause.getMessage() + ")")
            + "; whether it ran, and how it ended, is unknown; look at the host before you repeat"
            + " it.",
        cause);
  }

  private ShellUnavailable refused() {
    return new ShellUnavailable(
        Reason.AUTH_FAILED,
        SshConnector.place(host)
            + " let us in but refused to run "
            + command.display()
            + "; nothing was run; check ForceCommand and the shell of "
            + host.user()
            + " there.",
        null);
  }
}
